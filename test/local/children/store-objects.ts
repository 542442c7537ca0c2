/** Stores and deletes objects without end and prints each key once it is stored. Arguments: data folder, journal folder. */
import { EventJournal } from '#local/event-journal.ts';
import { EventQueue } from '#local/event-queue.ts';
import { ObjectStore } from '#local/object-store.ts';
import { announceTo } from '#local/s3-event.ts';

const [folder = '', journalFolder = ''] = process.argv.slice(2);
const journal = await EventJournal.open(journalFolder);
const queue = new EventQueue({
  handler: () => new Promise(() => {}),
  acknowledge: (entry) => journal.remove(entry),
  onError: () => {},
  queueArn: 'arn:aws:sqs:eu-central-1:000000000000:test',
  region: 'eu-central-1',
  batchWindow: 0,
  retryDelay: 1,
  maxRetryDelay: 1,
});
const announce = announceTo(
  [{ bucket: 'packages', events: ['ObjectCreated:', 'ObjectRemoved:'], suffix: '.apk', journal, queue }],
  'eu-central-1',
);
const store = await ObjectStore.open(folder, ['packages'], announce);

async function storeForEver(writer: number) {
  for (let round = 0; ; round++) {
    const key = `writer-${writer}/${round % 5}.apk`;
    const piece = Buffer.alloc(64 * 1024, `${writer}-${round}`);
    const staged = await store.stage(
      (async function* () {
        for (let count = 0; count < 16; count++) yield piece;
      })(),
    );
    await store.put('packages', key, staged, { contentType: 'text/plain', checksums: {} }, () => {});
    process.stdout.write(`${key}\n`);
    if (round % 7 === 6) await store.delete('packages', key, () => {});
  }
}
await Promise.all([1, 2, 3].map(storeForEver));
