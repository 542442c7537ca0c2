import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EventJournal } from '#local/event-journal.ts';
import { ObjectStore } from '#local/object-store.ts';
import { eventRecord } from '#local/s3-event.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';
import { bytesOf } from './support.ts';

let folder: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ folder, remove } = await temporaryFolder());
});
afterEach(() => remove());

const object = { key: 'a b+c.apk', etag: '"abc"', size: 1, lastModified: 0, contentType: 'x', checksums: {} };
const record = (sequencer: string) =>
  eventRecord({ bucket: 'packages', event: 'ObjectCreated:Put', object }, sequencer, 'x');

test('events that were not handled come back at the next start, oldest first', async () => {
  const journal = await EventJournal.open(folder);
  for (const sequencer of ['0002', '0001', '0003']) await journal.write(record(sequencer));
  const { leftovers } = await EventJournal.open(folder);
  expect(leftovers.map((entry) => entry.record.s3.object.sequencer)).toEqual(['0001', '0002', '0003']);
});

test('an event that was handled does not come back', async () => {
  const journal = await EventJournal.open(folder);
  await journal.remove(await journal.write(record('0001')));
  expect((await EventJournal.open(folder)).leftovers).toEqual([]);
});

test('an event that was half-written when the process died is forgotten', async () => {
  await writeFile(join(folder, '.tmp-half'), '{"half":');
  expect((await EventJournal.open(folder)).leftovers).toEqual([]);
});

test('an event is on the disk before its object can be seen, and is delivered after', async () => {
  const journal = await EventJournal.open(join(folder, 'journal'));
  const seen: string[] = [];
  const store: ObjectStore = await ObjectStore.open(join(folder, 'data'), ['packages'], async (change) => {
    await journal.write(eventRecord(change, '0001', 'x'));
    seen.push(`written, visible: ${store.head('packages', 'a.apk') !== undefined}`);
    return () => seen.push(`delivered, visible: ${store.head('packages', 'a.apk') !== undefined}`);
  });
  const properties = { contentType: 'x', checksums: {} };
  await store.put('packages', 'a.apk', await store.stage(bytesOf('a')), properties, () => {});
  expect(seen).toEqual(['written, visible: false', 'delivered, visible: true']);
});
