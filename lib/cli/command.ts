/** What a command reads and writes besides its arguments. */
export interface Terminal {
  environment: NodeJS.ProcessEnv;
  /** To standard output: what was asked for. */
  print(text: string): void;
  /** To standard error: what a person wants to know besides. */
  note(text: string): void;
}

/** A verb of `alpenglow`. */
export interface Command {
  /** Its call in one line. */
  synopsis: string;
  /** What it does, its options and one example. */
  details: string;
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
