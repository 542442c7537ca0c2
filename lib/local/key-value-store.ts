import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { openFolder, writeFileAtomically } from './atomic-file.ts';
import { KeyLock } from './key-lock.ts';

const FILE = 'pairs.json';

/** What a change asks for; `undefined` takes a key out. */
export type Changes = ReadonlyMap<string, string | undefined>;

/** A key value store on disk: all of an update is in it, also after `kill -9`, or nothing. */
export class KeyValueStore {
  readonly #path: string;
  readonly #lock = new KeyLock();
  #pairs: ReadonlyMap<string, string>;
  #version = randomUUID() as string;

  private constructor(path: string, pairs: ReadonlyMap<string, string>) {
    this.#path = path;
    this.#pairs = pairs;
  }

  static async open(folder: string): Promise<KeyValueStore> {
    const files = await openFolder(folder);
    const path = join(folder, FILE);
    const json = files.includes(FILE) ? await readFile(path, 'utf8') : '{}';
    return new KeyValueStore(
      path,
      new Map(Object.entries(z.record(z.string(), z.string()).parse(JSON.parse(json)))),
    );
  }

  /** Another one after each update. */
  get version(): string {
    return this.#version;
  }

  get pairs(): ReadonlyMap<string, string> {
    return this.#pairs;
  }

  /** @returns `false`, and nothing is changed, when `version` is no longer that of the store */
  update(version: string, changes: Changes): Promise<boolean> {
    return this.#lock.run(FILE, async () => {
      if (version !== this.#version) return false;
      const pairs = changed(this.#pairs, changes);
      await writeFileAtomically(this.#path, JSON.stringify(Object.fromEntries(pairs)), 0o600);
      this.#pairs = pairs;
      this.#version = randomUUID();
      return true;
    });
  }
}

/** The pairs after the changes, in the order of their keys. */
export function changed(pairs: ReadonlyMap<string, string>, changes: Changes): Map<string, string> {
  const all = [...new Map<string, string | undefined>([...pairs, ...changes])];
  const kept = all.filter((pair): pair is [string, string] => pair[1] !== undefined);
  return new Map(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
}
