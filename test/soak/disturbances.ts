/** When something of the registry was dead: from its kill until it answers again. Times are epoch milliseconds. */
export class Disturbances {
  readonly #past: { from: number; until: number }[] = [];
  #current: { from: number; over: Promise<void> } | undefined;

  /** @returns what ends it; there is one at a time */
  begin(): () => void {
    let resolve = () => {};
    const over = new Promise<void>((end) => {
      resolve = end;
    });
    const from = Date.now();
    this.#current = { from, over };
    return () => {
      this.#past.push({ from, until: Date.now() });
      this.#current = undefined;
      resolve();
    };
  }

  /** Whether there was one between `from` and now, which excuses that a request failed. */
  since(from: number): boolean {
    return this.#current !== undefined || this.#past.some(({ until }) => until >= from);
  }

  /** Milliseconds between `from` and now in which nothing was dead. */
  calmSince(from: number): number {
    const now = Date.now();
    const all = [...this.#past, ...(this.#current ? [{ from: this.#current.from, until: now }] : [])];
    const dead = all.map((each) => Math.max(0, each.until - Math.max(each.from, from)));
    return now - from - dead.reduce((sum, each) => sum + each, 0);
  }

  /** Waits until nothing is dead. */
  async over(): Promise<void> {
    await this.#current?.over;
  }
}
