import { NOARCH } from '#apk/names.ts';
import { type Identity, pathOf, type Recipe } from './recipe.ts';

/**
 * What a client was told of a file. `changing`: it waits for an answer. `either`: the connection died, and it walked
 * away, so that the file may be there or not.
 */
export type Standing =
  | { is: 'changing' }
  | { is: 'kept'; identity: Identity; listedSince: number | undefined }
  | { is: 'gone'; since: number }
  | { is: 'either'; identity: Identity };

/** One file that was ever published. */
export interface Entry {
  recipe: Recipe;
  path: string;
  standing: Standing;
}

/** What every client was answered of every file, which is what the registry must keep. */
export class Ledger {
  readonly #entries = new Map<string, Entry>();
  /** Requests for tokens, or to end one, that were never answered. */
  lostTokenRequests = 0;

  /** Those who wait for the next file that is kept. */
  #waiting: (() => void)[] = [];

  note(recipe: Recipe, standing: Standing): Entry {
    if (standing.is === 'kept') for (const wake of this.#waiting.splice(0)) wake();
    const path = pathOf(recipe);
    const entry = this.#entries.get(path) ?? { path, recipe, standing };
    this.#entries.set(path, Object.assign(entry, { recipe, standing }));
    return entry;
  }

  /** Waits until the next client is told that its file is kept. */
  nextKept(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  find(path: string): Entry | undefined {
    return this.#entries.get(path);
  }

  all(): Entry[] {
    return [...this.#entries.values()];
  }

  count(is: Standing['is']): number {
    return this.all().filter(({ standing }) => standing.is === is).length;
  }

  /** Those that one index lists as long as they are kept: what runs everywhere is in every one. */
  ofIndex(repository: string, arch: string): Entry[] {
    return this.all().filter(
      ({ recipe }) => recipe.repository === repository && (recipe.arch === arch || recipe.arch === NOARCH),
    );
  }
}
