import type { Terminal } from '../command.ts';
import { RefusalError } from '../connection/refusal.ts';
import { ProgressBars } from '../terminal/progress-bars.ts';
import { withoutControls } from '../terminal/terminal-text.ts';
import type { PublishedFile, PublishProgress } from './publish-file.ts';

/** What became of one file. */
export interface FileResult {
  path: string;
  published?: PublishedFile;
  /** Why it is not published; without either, it was not tried. */
  error?: Error;
}

interface ReportOptions {
  json: boolean;
  /** How many files there are. */
  total: number;
}

/** Tells a person how publishing goes, or a program: lines for what is done, bars where there is a terminal. */
export class PublishReport {
  readonly #terminal: Terminal;
  readonly #options: ReportOptions;
  readonly #bars: ProgressBars | undefined;
  readonly #counts = { published: 0, 'already there': 0, failed: 0, 'not tried': 0 };

  constructor(terminal: Terminal, options: ReportOptions) {
    this.#terminal = terminal;
    this.#options = options;
    this.#bars = terminal.screen && new ProgressBars(terminal.screen, terminal.environment);
    if (options.total > 1) this.#bars?.summarize(this.#summary());
  }

  progress(path: string, { stage, bytes, size, retry }: PublishProgress): void {
    this.#bars?.set(path, { fraction: size === 0 ? 0 : bytes / size, stage });
    if (retry === undefined) return;
    const line = `${path}: ${retry.reason.message} Trying again in ${Math.ceil(retry.seconds)} s.\n`;
    this.#say(() => this.#terminal.note(withoutLineEnds(line)));
  }

  ended(result: FileResult): void {
    this.#counts[outcomeOf(result)] += 1;
    const print = () => {
      if (this.#options.json) this.#terminal.print(jsonLineOf(result));
      else if (result.published !== undefined) this.#terminal.print(lineOf(result.published));
      if (result.error !== undefined)
        this.#terminal.note(withoutLineEnds(`${result.path}: ${result.error.message}\n`));
    };
    if (this.#bars === undefined) print();
    else this.#bars.end(result.path, this.#summary(), print);
  }

  close(): void {
    this.#bars?.close();
    if (this.#options.total > 1) this.#terminal.note(`${this.#summary()}\n`);
  }

  #summary(): string {
    const said = Object.entries(this.#counts).filter(([, count]) => count > 0);
    const counts = said.map(([what, count]) => `${count} ${what}`).join(', ');
    return `${this.#options.total} files: ${counts || '0 published'}`;
  }

  #say(print: () => void): void {
    if (this.#bars === undefined) print();
    else this.#bars.interject(print);
  }
}

const outcomeOf = ({ published, error }: FileResult) =>
  published?.outcome ?? (error === undefined ? 'not tried' : 'failed');

const withoutLineEnds = (line: string): string => `${withoutControls(line.slice(0, -1))}\n`;

function lineOf({ outcome, package: { arch, file, warnings = [] } }: PublishedFile): string {
  const told = warnings.map(({ message }) => `  warning: ${withoutControls(message)}\n`).join('');
  return `${outcome.padEnd('already there'.length)}  ${withoutControls(`${arch}/${file}`)}\n${told}`;
}

function jsonLineOf(result: FileResult): string {
  const { path, published, error } = result;
  const problem = error && {
    detail: error.message,
    ...(error instanceof RefusalError && { status: error.status, code: error.code }),
  };
  return `${JSON.stringify({ path, outcome: outcomeOf(result), package: published?.package ?? null, problem: problem ?? null })}\n`;
}
