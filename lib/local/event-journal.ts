import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { S3EventRecord } from 'aws-lambda';
import { openFolder, writeFileAtomically } from './atomic-file.ts';

export interface JournalEntry {
  /** Later entries have a greater one. */
  id: string;
  record: S3EventRecord;
}

/**
 * The events that nobody has handled yet, one file each, so that none is lost to `kill -9`: write one before
 * what it tells of can be seen, remove it when it has been handled. An event may tell of what never happened.
 */
export class EventJournal {
  readonly #folder: string;
  /** What an earlier run left, oldest first; to be delivered again. */
  readonly leftovers: readonly JournalEntry[];

  private constructor(folder: string, leftovers: readonly JournalEntry[]) {
    this.#folder = folder;
    this.leftovers = leftovers;
  }

  static async open(folder: string): Promise<EventJournal> {
    const leftovers: JournalEntry[] = [];
    for (const id of await openFolder(folder)) {
      leftovers.push({ id, record: JSON.parse(await readFile(join(folder, id), 'utf8')) });
    }
    return new EventJournal(folder, leftovers);
  }

  /** On return, the event is on the disk. */
  async write(record: S3EventRecord): Promise<JournalEntry> {
    const id = `${record.s3.object.sequencer}-${randomUUID()}`;
    await writeFileAtomically(join(this.#folder, id), JSON.stringify(record));
    return { id, record };
  }

  async remove({ id }: JournalEntry): Promise<void> {
    await rm(join(this.#folder, id), { force: true });
  }
}
