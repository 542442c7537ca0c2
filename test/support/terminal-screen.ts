/** Control sequences that are understood: cursor up, erase to the end, colours. Source: ECMA-48, 8.3. */
const SEQUENCE = new RegExp(`${String.fromCharCode(0x1b)}\\[([0-9;]*)([A-Za-z])|[^]`, 'g');

/** What a person sees on a terminal that breaks long lines, and breaks them anew when it becomes narrower. */
export class TerminalScreen {
  #columns: number;
  #rows = [''];
  /** The row of the cursor, which stands at its end or at its beginning. */
  #row = 0;
  /** Every sequence of colours that was used. */
  readonly colours: string[] = [];

  constructor(columns: number) {
    this.#columns = columns;
  }

  get columns(): number {
    return this.#columns;
  }

  resize(columns: number): void {
    this.#columns = columns;
    const pieces = new RegExp(`[^]{1,${columns}}`, 'g');
    this.#rows = this.#rows.flatMap((row) => row.match(pieces) ?? ['']);
    this.#row = this.#rows.length - 1;
  }

  write(text: string): void {
    for (const [character, count, name] of text.matchAll(SEQUENCE)) {
      if (name !== undefined) this.#obey(name, count ?? '', character);
      else if (character === '\n') this.#startRow();
      else if (character !== '\r') this.#put(character);
    }
  }

  /** From the first row to the last one that has something. */
  get lines(): string[] {
    return this.#rows.join('\n').trimEnd().split('\n');
  }

  #obey(name: string, count: string, sequence: string): void {
    if (name === 'A') this.#row = Math.max(0, this.#row - Number(count));
    else if (name === 'J') this.#rows.splice(this.#row, this.#rows.length, '');
    else if (name === 'm') this.colours.push(sequence);
    else throw new Error(`${JSON.stringify(sequence)} switches something of the terminal`);
  }

  #startRow(): void {
    this.#row += 1;
    this.#rows[this.#row] ??= '';
  }

  #put(character: string): void {
    if ((this.#rows[this.#row] ?? '').length === this.#columns) this.#startRow();
    this.#rows[this.#row] += character;
  }
}
