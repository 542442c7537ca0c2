import type { Screen } from '../command.ts';
import { withoutControls } from './terminal-text.ts';

/** How far one thing is. */
export interface Progress {
  /** From 0 to 1. */
  fraction: number;
  /** What is being done, in a word or two. */
  stage: string;
}

const REDRAW_MS = 100;
const BAR_COLUMNS = 24;
/** What a bar's line has besides its label: the bar in brackets, a percentage, a stage. */
const STAGE_COLUMNS = 10;
const FRAME_COLUMNS = BAR_COLUMNS + STAGE_COLUMNS + 10;
const MIN_LABEL_COLUMNS = 10;

/**
 * Bars at the bottom of a terminal, one a line, and a line that sums up. Nothing of the terminal is switched, so that
 * nothing has to be put back by whoever is killed. Source: ECMA-48, CUU and ED.
 */
export class ProgressBars {
  readonly #screen: Screen;
  readonly #isColoured: boolean;
  readonly #bars = new Map<string, Progress>();
  readonly #timer: NodeJS.Timeout;
  #summary = '';
  /** Lengths of the lines that are on the screen. */
  #drawn: number[] = [];

  constructor(screen: Screen, { NO_COLOR }: NodeJS.ProcessEnv) {
    this.#screen = screen;
    this.#isColoured = !NO_COLOR;
    this.#timer = setInterval(() => this.#draw(), REDRAW_MS).unref();
  }

  /** Says what stands below the bars. */
  summarize(summary: string): void {
    this.#summary = summary;
  }

  set(label: string, progress: Progress): void {
    this.#bars.set(label, progress);
  }

  /** Takes a bar away, and lets `print` write a line that stays above the others. */
  end(label: string, summary: string, print: () => void): void {
    this.#bars.delete(label);
    this.#summary = summary;
    this.interject(print);
  }

  interject(print: () => void): void {
    this.#erase();
    print();
    this.#draw();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#erase();
  }

  #draw(): void {
    this.#erase();
    const columns = Math.max(1, (this.#screen.columns() || 80) - 1);
    const lines = [...this.#bars].map(([label, progress]) =>
      layBar(withoutControls(label), progress, columns),
    );
    const all = this.#summary === '' ? lines : [...lines, this.#summary.slice(0, columns)];
    this.#screen.write(all.map((line) => `${this.#paint(line)}\n`).join(''));
    this.#drawn = all.map(({ length }) => length);
  }

  /** A terminal that became narrower has broken the lines in pieces. */
  #erase(): void {
    if (this.#drawn.length === 0) return;
    const columns = this.#screen.columns() || 80;
    const rows = this.#drawn.reduce((sum, length) => sum + Math.max(1, Math.ceil(length / columns)), 0);
    this.#screen.write(`\x1b[${rows}A\r\x1b[J`);
    this.#drawn = [];
  }

  #paint = (line: string): string =>
    this.#isColoured ? line.replace(/\[(=*>?)/, '[\x1b[36m$1\x1b[39m') : line;
}

/** @returns a line of at most `columns`; without the bar where there is no room for it */
function layBar(label: string, { fraction, stage }: Progress, columns: number): string {
  const percent = `${Math.floor(fraction * 100)}%`.padStart(4);
  const room = columns - FRAME_COLUMNS;
  if (room < MIN_LABEL_COLUMNS) return `${percent} ${label}`.slice(0, columns);
  // The end of a path is what tells it from the others.
  const name = label.length > room ? `...${label.slice(3 - room)}` : label.padEnd(room);
  const filled = Math.round(fraction * BAR_COLUMNS);
  const bar = `${'='.repeat(Math.max(0, filled - 1))}${filled > 0 ? '>' : ''}`.padEnd(BAR_COLUMNS);
  // What is whole is seen to be; whatever still happens to it has no percentage.
  return `${name} [${bar}] ${fraction < 1 ? percent : '    '} ${stage.slice(0, STAGE_COLUMNS)}`;
}
