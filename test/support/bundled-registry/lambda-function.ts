import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { DeployedFunction } from './assembly.ts';

/** The source of what runs a function. */
export const RUNTIME = 'test/support/bundled-registry/children/lambda-runtime.ts';

interface Outcome {
  id: number;
  /** What the handler resolved with, in JSON. */
  result?: string;
  /** The stack of what it threw. */
  error?: string;
}

interface Caller {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/**
 * One instance of a Lambda, in a process of its own that has no other variables than its own. It takes many
 * events at once, for which AWS would start more instances.
 */
export class LambdaFunction {
  readonly #process: ChildProcess;
  readonly #callers = new Map<number, Caller>();
  #lastId = 0;

  /** @param runtime RUNTIME, built */
  constructor({ file, entry }: DeployedFunction, environment: Record<string, string>, runtime: string) {
    this.#process = fork(runtime, [file, entry], { env: environment, execArgv: [] });
    this.#process.on('message', (outcome: Outcome) => this.#settle(outcome));
    this.#process.on('exit', (code) => this.#abandon(new Error(`The function ended with ${code}`)));
  }

  /**
   * Events and results pass in JSON, as in the Lambda Runtime API.
   * @throws Error with the stack of what the handler threw
   */
  invoke<Result>(event: unknown): Promise<Result> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#callers.set(id, { resolve: (result) => resolve(result as Result), reject });
      this.#process.send({ id, event: JSON.stringify(event) });
    });
  }

  async close(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
  }

  #settle({ id, result, error }: Outcome): void {
    const caller = this.#callers.get(id);
    this.#callers.delete(id);
    if (error === undefined) caller?.resolve(result === undefined ? undefined : JSON.parse(result));
    else caller?.reject(new Error(error));
  }

  #abandon(error: Error): void {
    for (const caller of this.#callers.values()) caller.reject(error);
    this.#callers.clear();
  }
}
