import type { Terminal } from '../command.ts';
import type { Retry } from '../connection/retry.ts';
import { ProgressBars } from './progress-bars.ts';
import { withoutControls } from './terminal-text.ts';

interface ReportOptions {
  /** What is being done, in a word. */
  label: string;
  /** One document is printed at the end, and no lines. */
  json: boolean;
}

/** Where a long report goes, line by line; on a terminal with a bar below that says how many things are done. */
export class ReportOutput {
  readonly #terminal: Terminal;
  readonly #options: ReportOptions;
  #bars: ProgressBars | undefined;

  constructor(terminal: Terminal, options: ReportOptions) {
    this.#terminal = terminal;
    this.#options = options;
    this.#bars = terminal.screen && new ProgressBars(terminal.screen, terminal.environment);
  }

  readonly line = (text: string): void => {
    if (!this.#options.json) this.#above(() => this.#terminal.print(`${withoutControls(text)}\n`));
  };

  readonly note = (text: string): void => {
    this.#above(() => this.#terminal.note(`${withoutControls(text)}\n`));
  };

  readonly retried = ({ reason, seconds }: Retry): void =>
    this.note(`${reason.message.replace(/\.$/, '')}; again in ${seconds.toFixed(1)} s`);

  progress(done: number, total: number): void {
    if (total === 0) return;
    this.#bars?.set(this.#options.label, { fraction: done / total, stage: `${done}/${total}` });
  }

  /** Takes the bar away. */
  endProgress(): void {
    this.#bars?.close();
    this.#bars = undefined;
  }

  #above(print: () => void): void {
    if (this.#bars === undefined) print();
    else this.#bars.interject(print);
  }
}
