/** Numbers that look random and are the same for the same seed, so that a case can be made again alone. */
export class Random {
  #state: number;

  /** @param seed whatever names the case */
  constructor(seed: string) {
    // FNV-1a: names that differ in a digit begin far apart.
    this.#state = [...Buffer.from(seed)].reduce(
      (hash, byte) => Math.imul(hash ^ byte, 0x01000193) >>> 0,
      0x811c9dc5,
    );
  }

  /** A whole number from 0 to below `end`. Source: Tommy Ettinger, Mulberry32. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  }

  chance(probability: number): boolean {
    return this.below(1e6) < probability * 1e6;
  }

  pick<T>(choices: readonly T[]): T {
    if (choices.length === 0) throw new RangeError('there is nothing to pick from');
    return choices[this.below(choices.length)] as T;
  }

  bytes(count: number): Buffer {
    return Buffer.from(Array.from({ length: count }, () => this.below(256)));
  }

  /** Hex digits, for names that nobody else has. */
  hex(digits: number): string {
    return Array.from({ length: digits }, () => this.below(16).toString(16)).join('');
  }

  /** A few of something, `most` at most; mostly one. */
  few(most: number): number {
    let count = 1;
    while (count < most && this.chance(0.4)) count++;
    return count;
  }

  shuffled<T>(list: readonly T[]): T[] {
    const rest = [...list];
    return list.map(() => rest.splice(this.below(rest.length), 1)[0] as T);
  }
}
