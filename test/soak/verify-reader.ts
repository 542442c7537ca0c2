import { RefusalError, UnreachableError } from '#cli/connection/refusal.ts';
import { basicAuthorization } from '#cli/connection/registry-address.ts';
import { HttpRepository } from '#cli/repository/http-repository.ts';
import { type ReadIndex, readIndex } from '#cli/repository/read-index.ts';
import type { PublicKeys } from '#cli/repository/read-keys.ts';
import { INDEX_FILE } from '#registry/object-keys.ts';
import { checkFile } from './check-file.ts';
import { findWrongEntries } from './check-index.ts';
import { eachTick } from './each-tick.ts';
import { ARCHITECTURES, PRIVATE } from './places.ts';
import type { Random } from './random.ts';
import type { SoakContext } from './soak-context.ts';

/** Of each index, as often as it is read. */
const FILES_AT_ONCE = 2;

/** Reads one repository with the parts of `alpenglow verify`, and compares it with what clients were answered. */
export class VerifyReader {
  readonly repository: string;
  readonly context: SoakContext;
  readonly #keys: PublicKeys;
  readonly #random: Random;
  #source: { url: string; files: HttpRepository } | undefined;

  constructor(repository: string, keys: PublicKeys, random: Random, context: SoakContext) {
    this.repository = repository;
    this.context = context;
    this.#keys = keys;
    this.#random = random;
  }

  /** @param every milliseconds between the beginnings of two readings */
  async run(every: number): Promise<void> {
    await eachTick(every, this.context.over, () => this.#readOnce());
    this.#source?.files.close();
  }

  /** The index as it is now; `undefined` where none could be had, which is noted. */
  async readIndex(arch: string): Promise<ReadIndex | undefined> {
    const { findings, ledger } = this.context;
    const path = `/${this.repository}/${arch}/${INDEX_FILE}`;
    const startedAt = Date.now();
    const index = await this.attempt(path, 'index', () => readIndex(this.files, arch, this.#keys));
    if (index === 'failed') return undefined;
    findings.count('read, index with verify');
    if (index === undefined) findings.fault('an index is gone', path);
    if (index?.distrust !== undefined) findings.fault(`an index ${index.distrust.message}`, path);
    for (const fault of index?.faults ?? []) findings.fault(`an index is damaged: ${fault}`, path);
    if (index === undefined) return undefined;
    const times = {
      startedAt,
      calmSince: this.context.disturbances.calmSince.bind(this.context.disturbances),
    };
    for (const wrong of findWrongEntries(index, ledger.ofIndex(this.repository, arch), times))
      findings.fault(wrong, path);
    return index;
  }

  /** Where it is at the moment: each start is at another port. */
  get files(): HttpRepository {
    const { url } = this.context.registry;
    if (this.#source?.url === url) return this.#source.files;
    this.#source?.files.close();
    const authorization =
      this.repository === PRIVATE ? basicAuthorization('user', this.context.readerToken) : undefined;
    this.#source = {
      url,
      files: new HttpRepository(new URL(`${url}/${this.repository}`), { authorization }),
    };
    return this.#source.files;
  }

  /** Reads something, and notes why it could not be read unless something was killed meanwhile. */
  async attempt<T>(path: string, what: string, read: () => Promise<T>): Promise<T | 'failed'> {
    const { findings, disturbances } = this.context;
    const startedAt = Date.now();
    try {
      return await read();
    } catch (error) {
      const isExcused = isOfServer(error) && disturbances.since(startedAt);
      findings.count(isExcused ? 'read, cut off' : 'read, failed');
      if (!isExcused) findings.fault(`the ${what} cannot be read: ${(error as Error).message}`, path);
      return 'failed';
    }
  }

  async #readOnce(): Promise<void> {
    for (const arch of ARCHITECTURES) {
      const index = await this.readIndex(arch);
      if (index === undefined || index.entries.length === 0) continue;
      for (let file = 0; file < FILES_AT_ONCE; file++)
        await checkFile(this.#random.pick(index.entries), arch, this);
    }
  }
}

const isOfServer = (error: unknown): boolean =>
  error instanceof UnreachableError || (error instanceof RefusalError && error.status >= 500);
