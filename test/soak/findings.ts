export interface Fault {
  /** RFC 3339. */
  at: string;
  what: string;
  /** A path of the registry. */
  path: string;
}

/** What a soak has seen: how often, how long it took, and what must not be. */
export class Findings {
  readonly faults: Fault[] = [];
  readonly #counts = new Map<string, number>();
  readonly #milliseconds = new Map<string, number[]>();

  fault(what: string, path: string): void {
    this.faults.push({ at: new Date().toISOString(), what, path });
  }

  count(what: string, times = 1): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + times);
  }

  took(what: string, milliseconds: number): void {
    const all = this.#milliseconds.get(what) ?? [];
    this.#milliseconds.set(what, all);
    all.push(milliseconds);
  }

  countOf(what: string): number {
    return this.#counts.get(what) ?? 0;
  }

  /** What was counted under names that begin so, without that beginning. */
  countsOf(beginning: string): Map<string, number> {
    const found = [...this.#counts].filter(([what]) => what.startsWith(beginning));
    return new Map(found.map(([what, times]) => [what.slice(beginning.length), times]));
  }

  /** Ascending. */
  millisecondsOf(what: string): number[] {
    return [...(this.#milliseconds.get(what) ?? [])].sort((a, b) => a - b);
  }
}
