import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesizedStack } from './bundled-registry/synthesize.ts';
import { builtCommand, builtScript } from './once-a-run/built-programs.ts';
import { RegistryClient } from './registry-client.ts';
import { giveSigningKey } from './registry-folder.ts';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;

/** The arguments of what is started to keep everything in a folder. */
type Program = (folder: string) => Promise<string[]>;

const serve = (folder: string) => ['serve', '--port', '0', '--data', folder];

const PROGRAMS = {
  /** As in a new clone: nothing is built, and there is no key yet. */
  clone: async (folder: string) => ['bin/alpenglow.js', ...serve(folder)],
  sources: async (folder: string) => {
    await giveSigningKey(folder);
    return [await builtCommand(), ...serve(folder)];
  },
  bundles: async (folder: string) => {
    await giveSigningKey(folder);
    return [await builtScript('test/e2e/children/serve-bundles.ts'), await synthesizedStack(), folder];
  },
};

/** A registry in a process of its own. */
export class RunningRegistry extends RegistryClient {
  readonly token = 'test-token-of-every-right';
  readonly owner = 'acme';
  readonly cacheSeconds = 0;
  readonly folder = join(tmpdir(), `alpenglow-e2e-${randomUUID()}`);
  readonly #program: Program;
  readonly #preload: string | undefined;
  /** The processes of its functions, by their names; of the sources, none. */
  readonly #functions = new Map<string, number>();
  #process: ChildProcess | undefined;
  #url = '';
  #output = '';

  /** @param preload a module that the server loads before its own */
  constructor(program: keyof typeof PROGRAMS | Program = 'sources', preload?: string) {
    super();
    this.#program = typeof program === 'function' ? program : PROGRAMS[program];
    this.#preload = preload;
  }

  /** `http://127.0.0.1:{port}`; another one after each start. */
  get url(): string {
    return this.#url;
  }

  /** Everything it has printed. */
  get output(): string {
    return this.#output;
  }

  /** Of the server itself; `undefined` while it is stopped. */
  get processId(): number | undefined {
    return this.#process?.pid;
  }

  /** The names of the functions that run in processes of their own. */
  get functions(): string[] {
    return [...this.#functions.keys()];
  }

  /** Ends a function's process as if its machine had failed; the next event starts another one. */
  killFunction(name: string): void {
    const id = this.#functions.get(name);
    if (id === undefined) throw new Error(`There is no function ${name}`);
    this.#functions.delete(name);
    process.kill(id, 'SIGKILL');
  }

  async start(): Promise<void> {
    const preload = this.#preload === undefined ? [] : ['--import', await builtScript(this.#preload)];
    const child = spawn(process.execPath, [...preload, ...(await this.#program(this.folder))], {
      env: { ...process.env, ALPENGLOW_TOKEN: this.token },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    const exited = once(child, 'exit').then(() => {
      throw new Error(`the registry ended at its start:\n${this.#output}`);
    });
    exited.catch(() => {});
    const printed = new Promise<void>((resolve) => {
      const listen = (text: Buffer) => {
        this.#output += text.toString();
        this.#noteFunctions(text.toString());
        const url = /ready on (?<url>http:\/\/127\.0\.0\.1:\d+)/.exec(text.toString())?.groups?.url;
        if (url === undefined) return;
        this.#url = url;
        resolve();
      };
      child.stdout.on('data', listen);
      child.stderr.on('data', listen);
    });
    await Promise.race([printed, exited, timeout(START_TIMEOUT_MS, 'the registry did not start')]);
  }

  /** @returns its exit code, `null` after a kill */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | null> {
    const child = this.#process;
    if (child === undefined) return null;
    this.#process = undefined;
    this.#functions.clear();
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exited = once(child, 'exit');
    child.kill(signal);
    const [code] = await Promise.race([exited, timeout(STOP_TIMEOUT_MS, 'the registry did not stop')]);
    return code;
  }

  async close(): Promise<void> {
    await this.stop('SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
    this.#requireSecrecy();
  }

  #noteFunctions(printed: string): void {
    for (const { groups } of printed.matchAll(/^The function (?<name>\w+) is process (?<id>\d+)$/gm)) {
      if (groups?.name !== undefined && groups.name !== 'daily')
        this.#functions.set(groups.name, Number(groups.id));
    }
  }

  /** The line to paste, at each start, has the token; nothing that is printed later has. */
  #requireSecrecy(): void {
    const later = this.#output.replaceAll(/^ +(?:curl|READ=) ?.*$/gm, '');
    if (later.includes(this.token)) throw new Error(`The registry printed its token:\n${later}`);
  }

  /** Every file that it keeps, but for what its database does. */
  async storedFiles(): Promise<string[]> {
    const names = await readdir(this.folder, { recursive: true });
    return names.filter((name) => /^(objects|events)\//.test(name)).sort();
  }
}

function timeout(milliseconds: number, what: string): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`${what} within ${milliseconds} ms`)), milliseconds).unref();
  });
}
