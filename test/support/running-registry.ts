import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const TOKEN = 'test-token-of-every-right';
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;

/** A registry started as a user starts it, in a process of its own. */
export class RunningRegistry {
  readonly token = TOKEN;
  readonly folder: string;
  #process: ChildProcess | undefined;
  #url = '';
  #output = '';

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async start(): Promise<RunningRegistry> {
    const registry = new RunningRegistry(await mkdtemp(join(tmpdir(), 'alpenglow-e2e-')));
    await registry.start();
    return registry;
  }

  /** `http://127.0.0.1:{port}`; another one after each start. */
  get url(): string {
    return this.#url;
  }

  /** Everything it has printed. */
  get output(): string {
    return this.#output;
  }

  async start(): Promise<void> {
    const args = ['--import', 'tsx', 'bin/alpenglow.ts', 'serve', '--port', '0', '--data', this.folder];
    const child = spawn(process.execPath, args, {
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
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exited = once(child, 'exit');
    child.kill(signal);
    const [code] = await Promise.race([exited, timeout(STOP_TIMEOUT_MS, 'the registry did not stop')]);
    return code;
  }

  async close(): Promise<void> {
    await this.stop('SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.#url}${path}`, { redirect: 'manual', ...init });
  }

  /** The same with the token. */
  asPublisher(path: string, init: RequestInit = {}): Promise<Response> {
    return this.fetch(path, { ...init, headers: { authorization: `Bearer ${this.token}`, ...init.headers } });
  }

  put(repository: string, file: Uint8Array, query = ''): Promise<Response> {
    const [owner, ...rest] = repository.split('/');
    const path = `/api/packages/${owner}/alpine/${rest.join('/')}${query}`;
    return this.asPublisher(path, { method: 'PUT', body: file });
  }

  delete(repository: string, arch: string, file: string): Promise<Response> {
    const [owner, ...rest] = repository.split('/');
    const path = `/api/packages/${owner}/alpine/${rest.join('/')}/${arch}/${encodeURIComponent(file)}`;
    return this.asPublisher(path, { method: 'DELETE' });
  }
}

function timeout(milliseconds: number, what: string): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`${what} within ${milliseconds} ms`)), milliseconds).unref();
  });
}
