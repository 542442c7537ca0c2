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
 * One instance of a Lambda at a time, in a process of its own that has no other variables than its own. It takes many
 * events at once, for which AWS would start more instances. Where it has died, the next event starts another one, as in AWS.
 */
export class LambdaFunction {
  readonly #deployed: DeployedFunction;
  readonly #environment: Record<string, string>;
  readonly #runtime: string;
  readonly #onReady: (processId: number) => void;
  readonly #callers = new Map<number, Caller>();
  #process: ChildProcess;
  #lastId = 0;

  /**
   * @param runtime RUNTIME, built
   * @param onReady told of each process that runs it, once it has answered an event
   */
  constructor(
    deployed: DeployedFunction,
    environment: Record<string, string>,
    runtime: string,
    onReady: (processId: number) => void = () => {},
  ) {
    this.#deployed = deployed;
    this.#environment = environment;
    this.#runtime = runtime;
    this.#onReady = onReady;
    this.#process = this.#start();
  }

  /**
   * Events and results pass in JSON, as in the Lambda Runtime API.
   * @throws Error with the stack of what the handler threw, or that the function ended
   */
  invoke<Result>(event: unknown): Promise<Result> {
    if (hasEnded(this.#process)) this.#process = this.#start();
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#callers.set(id, { resolve: (result) => resolve(result as Result), reject });
      // Of a process that has just died its exit tells.
      this.#process.send({ id, event: JSON.stringify(event) }, () => {});
    });
  }

  async close(): Promise<void> {
    if (hasEnded(this.#process)) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
  }

  #start(): ChildProcess {
    const { file, entry } = this.#deployed;
    const started = fork(this.#runtime, [file, entry], { env: this.#environment, execArgv: [] });
    started.on('message', (outcome: Outcome) => this.#settle(outcome));
    started.on('exit', (code, signal) =>
      this.#abandon(new Error(`The function ended with ${code ?? signal}`)),
    );
    const { pid } = started;
    if (pid !== undefined) started.once('message', () => this.#onReady(pid));
    return started;
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

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;
