import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type CommandResult, runCommand } from './command.ts';
import { findProgram } from './find-program.ts';
import type { RegistryClient } from './registry-client.ts';
import { until } from './until.ts';

/** Alpine's package manager: the environment variable APK, else `apk` on PATH, if there is one. */
export const apkPath = findProgram('APK', 'apk');

/** `describe` where there is an apk to test with; elsewhere the tests are skipped, and it is said why. */
export function describeWithApk(what: string, tests: () => void): void {
  if (apkPath === undefined)
    process.stdout.write(`skipped: ${what}: there is no apk on PATH, and APK names none\n`);
  (apkPath === undefined ? describe.skip : describe)(what, tests);
}

export interface ApkRootOptions {
  /** The lines of /etc/apk/repositories. */
  repositories: readonly string[];
  /** Key files by their name in /etc/apk/keys. */
  keys: Record<string, string>;
  arch?: string;
  /** Of every run of apk. */
  environment?: NodeJS.ProcessEnv;
}

/** A machine without packages, as far as apk is concerned. */
export class ApkRoot {
  readonly folder: string;
  readonly #arch: string;
  readonly #environment: NodeJS.ProcessEnv;
  #updatedAt = 0;

  private constructor(folder: string, arch: string, environment: NodeJS.ProcessEnv) {
    this.folder = folder;
    this.#arch = arch;
    this.#environment = environment;
  }

  static async create({
    repositories,
    keys,
    arch = 'x86_64',
    environment = {},
  }: ApkRootOptions): Promise<ApkRoot> {
    const folder = await mkdtemp(join(tmpdir(), 'alpenglow-apk-'));
    await chmod(folder, 0o755);
    const root = new ApkRoot(folder, arch, environment);
    await mkdir(join(folder, 'etc/apk/keys'), { recursive: true });
    await root.useRepositories(repositories);
    for (const [name, pem] of Object.entries(keys)) {
      await writeFile(join(folder, 'etc/apk/keys', name), pem);
    }
    await expectSuccess(root.run('--initdb', '--no-network', 'add'));
    return root;
  }

  async useRepositories(lines: readonly string[]): Promise<void> {
    await writeFile(join(this.folder, 'etc/apk/repositories'), lines.map((line) => `${line}\n`).join(''));
  }

  run(...args: string[]): Promise<CommandResult> {
    const keys = join(this.folder, 'etc/apk/keys');
    const options = ['--root', this.folder, '--keys-dir', keys, '--arch', this.#arch];
    return runCommand(apkPath ?? 'apk', [...options, ...args], { environment: this.#environment });
  }

  /**
   * Fetches the indexes anew; like every command here that must succeed, it fails with what apk printed.
   * Without the option, apk 2.14 keeps an index for four hours.
   */
  async update(): Promise<void> {
    await expectSuccess(this.run('update', '--update-cache'));
    this.#updatedAt = Date.now();
  }

  /**
   * Waits for the second after that of the last update: apk asks for what was modified since, and HTTP dates
   * have no smaller unit.
   */
  async untilNextSecond(): Promise<void> {
    const next = Math.floor(this.#updatedAt / 1000 + 1) * 1000;
    await until('the clock shows another second', async () => Date.now() >= next);
  }

  /** Scripts are kept, not run: there is no shell in the root. */
  async add(...packages: string[]): Promise<void> {
    await expectSuccess(this.run('add', '--no-scripts', ...packages));
  }

  async upgrade(): Promise<void> {
    await expectSuccess(this.run('upgrade', '--no-scripts'));
  }

  /** The versions of a package that are installed or offered. */
  async versionsOf(name: string): Promise<string[]> {
    const { stdout } = await expectSuccess(this.run('policy', name));
    return [...stdout.matchAll(/^ {2}(?<version>\S+):$/gm)].map(({ groups }) => groups?.version ?? '');
  }

  /** What `apk info` says is installed. */
  async installed(): Promise<string[]> {
    const { stdout } = await expectSuccess(this.run('info', '--quiet'));
    return stdout.split('\n').filter((line) => line !== '');
  }

  read(path: string): Promise<Buffer> {
    return readFile(join(this.folder, path));
  }

  /** The scripts of all installed packages, one after the other, as apk keeps them. */
  async keptScripts(): Promise<string> {
    const plain = await this.read('lib/apk/db/scripts.tar').catch(() => undefined);
    return (plain ?? gunzipSync(await this.read('lib/apk/db/scripts.tar.gz'))).toString('latin1');
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The registry's key, under the name it is served with. */
export async function keysOf(registry: RegistryClient): Promise<Record<string, string>> {
  const response = await registry.fetch(`/api/packages/${registry.owner}/alpine/key`);
  const name = /filename="(?<name>[^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.groups
    ?.name;
  if (name === undefined) throw new Error(`no key: ${response.status} ${await response.text()}`);
  return { [name]: await response.text() };
}

async function expectSuccess(running: Promise<CommandResult>): Promise<CommandResult> {
  const result = await running;
  if (result.code !== 0) throw new Error(`apk ended with ${result.code}:\n${result.output}`);
  return result;
}
