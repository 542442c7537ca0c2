import type { ParseArgsConfig } from 'node:util';

/** What a command reads and writes besides its arguments. */
export interface Terminal {
  environment: NodeJS.ProcessEnv;
  /** To standard output: what was asked for. */
  print(text: string): void;
  /** To standard error: what a person wants to know besides. */
  note(text: string): void;
  /** Where standard error is a terminal that can be drawn on. */
  screen?: Screen | undefined;
}

/** A terminal that a person looks at. */
export interface Screen {
  /** How many there are at this moment. */
  columns(): number;
  /** Text with control sequences (ECMA-48). */
  write(text: string): void;
}

/** A verb of `alpenglow`. */
export interface Command {
  /** Its call in one line. */
  synopsis: string;
  /** What it does, its options and one example. */
  details: string;
  /** As `parseArgs` takes them; completed by the shell. */
  options: NonNullable<ParseArgsConfig['options']>;
  /** What the shell completes its arguments with; nothing, where it is left out. */
  takes?: 'files';
  /**
   * @returns the exit code: 0 done, 1 failed
   * @throws UsageError, or what `parseArgs` throws, when it was asked wrongly
   */
  run(args: string[], terminal: Terminal): Promise<number>;
}

/** A command, an argument or a setting that cannot be used; the message names it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
