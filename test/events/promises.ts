import { INDEX_FILE } from '#registry/object-keys.ts';
import type { PackageRecord } from '#registry/ports.ts';
import type { Operation } from './clients.ts';
import { PUBLIC_KEY } from './memory-keys.ts';
import { ARCHITECTURES, REPOSITORY, type SampleFile } from './sample-files.ts';
import { readServedIndex } from './served-index.ts';
import type { Workers } from './workers.ts';
import type { World } from './world.ts';

/** A promise that was not kept. */
class Violation extends Error {}

/** What must be true between any two calls, and at the end. */
export class Promises {
  readonly #world: World;
  readonly #workers: Workers;
  readonly #samples: readonly SampleFile[];
  /** What each index that was ever stored lists, by its ETag. */
  readonly #read = new Map<string, Map<string, string>>();
  #before = new Map<string, PackageRecord>();

  constructor(world: World, workers: Workers, samples: readonly SampleFile[]) {
    this.#world = world;
    this.#workers = workers;
    this.#samples = samples;
  }

  /** @throws Violation */
  checkNow(): void {
    const records = this.#records();
    this.#checkObjects(records);
    this.#checkRemovals(records);
    for (const arch of ARCHITECTURES) this.#checkIndex(arch, records);
    this.#before = records;
  }

  /** Index = live records = objects, and these are what the users were told. @throws Violation */
  checkEnd(operations: readonly Operation[]): void {
    this.checkNow();
    const records = this.#records();
    for (const { key, builds } of this.#samples) {
      const record = records.get(key);
      if (record !== undefined && record.state !== 'live')
        throw new Violation(`${key} is left ${record.state}`);
      const ofFile = operations.filter(({ sample }) => sample.key === key);
      const isOrphan = record === undefined && this.#world.bucket.objects.has(key);
      if (isOrphan && !this.#isExcused(key, ofFile)) throw new Violation(`${key} is an orphan`);
      const build = builds.findIndex(({ report }) => report.sha256 === record?.sha256);
      for (const operation of ofFile) checkAnswer(operation, build, ofFile);
    }
  }

  /** Whoever died having stored after its claim was given up leaves an object that the comparison tells of. */
  #isExcused(key: string, operations: readonly Operation[]): boolean {
    const hasDied = operations.some(({ kind, outcome }) => kind === 'publish' && outcome === 'unknown');
    return hasDied && this.#workers.reportedOrphans.has(key);
  }

  /** A delete may still remove what was published again meanwhile, with the same bytes; its event tells of it. */
  #checkObjects(records: ReadonlyMap<string, PackageRecord>): void {
    for (const [key, { state, sha256 }] of records) {
      if (state !== 'live' || this.#workers.isUnhandled(key)) continue;
      const stored = this.#world.bucket.objects.get(key)?.sha256;
      const isStored = stored === Buffer.from(sha256, 'hex').toString('base64');
      if (!isStored) throw new Violation(`${key} is live, and its bytes are ${stored ? 'others' : 'gone'}`);
    }
  }

  /** docs/decisions/0008: copies are dropped before the record goes. */
  #checkRemovals(records: ReadonlyMap<string, PackageRecord>): void {
    for (const [key, { state }] of this.#before) {
      if (state !== 'deleting' || records.has(key)) continue;
      if (!this.#world.forgotten.has(key)) throw new Violation(`the record of ${key} went before its copies`);
    }
  }

  /** An index agrees with the records of all files whose events were handled. */
  #checkIndex(arch: string, records: ReadonlyMap<string, PackageRecord>): void {
    const { owner, branch, repository } = REPOSITORY;
    const key = `${owner}/${branch}/${repository}/${arch}/${INDEX_FILE}`;
    const listed = this.#listedIn(key);
    if (this.#workers.isUnfinished(key)) return;
    for (const { key: fileKey, file } of this.#samples) {
      if (file.arch !== arch && file.arch !== 'noarch') continue;
      if (this.#workers.isUnhandled(fileKey)) continue;
      const record = records.get(fileKey);
      // Between the two halves of a delete, and where only the noarch index is there to be asked.
      if (record?.state === 'deleting' && this.#world.bucket.objects.has(fileKey)) continue;
      if (listed === undefined && file.arch !== arch) continue;
      const wanted = record?.state === 'live' ? record.checksum : undefined;
      const found = listed?.get(`${file.arch}/${file.name}-${file.version}.apk`);
      if (found !== wanted) {
        throw new Violation(
          `${arch} lists ${found ?? 'nothing'} of ${fileKey}, which is ${wanted ?? 'not live'}`,
        );
      }
    }
  }

  #listedIn(key: string): ReadonlyMap<string, string> | undefined {
    const object = this.#world.bucket.objects.get(key);
    if (object === undefined) return undefined;
    const read = this.#read.get(object.etag);
    if (read !== undefined) return read;
    const listed = readServedIndex(object.body, PUBLIC_KEY);
    this.#read.set(object.etag, listed);
    return listed;
  }

  #records(): Map<string, PackageRecord> {
    const { owner, branch, repository } = REPOSITORY;
    const records = this.#world.table.items.filter(({ sk }) => String(sk).startsWith('PKG#'));
    return new Map(
      (records as unknown as PackageRecord[]).map((record) => [
        `${owner}/${branch}/${repository}/${record.arch}/${record.name}-${record.version}.apk`,
        record,
      ]),
    );
  }
}

/**
 * What was answered 201 is there, unless it was deleted later or meanwhile; what was answered 204 is gone, unless it
 * was published later or meanwhile.
 * @param build which one is live; -1 for none
 */
function checkAnswer(operation: Operation, build: number, all: readonly Operation[]): void {
  if (operation.outcome !== 'done') return;
  const isUndone = all.some(
    ({ kind, outcome, ended }) => kind !== operation.kind && outcome !== 'refused' && ended > operation.begun,
  );
  const isKept = operation.kind === 'publish' ? build === operation.build : build === -1;
  if (isUndone || isKept) return;
  throw new Violation(
    `${operation.sample.key}: the ${operation.kind} that was done at ${operation.ended} is not kept`,
  );
}
