import { createHash } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { EventJournal } from '#local/event-journal.ts';
import { ObjectStore } from '#local/object-store.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';
import { bytesOf, killAfterLines } from './support.ts';

const properties = { contentType: 'text/plain', checksums: {} };

let folder: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ folder, remove } = await temporaryFolder());
});
afterEach(() => remove());

async function put(store: ObjectStore, key: string, body: string, condition = () => {}) {
  return store.put('packages', key, await store.stage(bytesOf(body)), properties, condition);
}

async function read(store: ObjectStore, key: string) {
  const metadata = store.head('packages', key);
  return metadata && text(store.read('packages', metadata));
}

test('objects are there again after a restart, whatever their keys', async () => {
  const keys = [
    'a/b+c~1.apk',
    '../../../etc/passwd',
    '/absolute',
    '..',
    'nul\0',
    `${'long/'.repeat(200)}x`,
    'ü 😀',
  ];
  const store = await ObjectStore.open(folder, ['packages']);
  for (const key of keys) await put(store, key, `body of ${key}`);
  await put(store, 'empty', '');

  const again = await ObjectStore.open(folder, ['packages']);
  for (const key of keys) expect(await read(again, key)).toBe(`body of ${key}`);
  expect(await read(again, 'empty')).toBe('');
  expect(again.list('packages', 'a/').map(({ key }) => key)).toEqual(['a/b+c~1.apk']);
});

test('no key reaches outside the folder of its bucket', async () => {
  const store = await ObjectStore.open(join(folder, 'data'), ['packages']);
  const keys = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.constantFrom('..', '../x', '/etc/x', 'a/../../../x', '.\0.'),
  );
  await fc.assert(
    fc.asyncProperty(keys, async (key) => {
      await put(store, key, 'x');
      expect(await readdir(folder)).toEqual(['data']);
      expect(await readdir(join(folder, 'data'))).toEqual(['packages']);
    }),
    { numRuns: 50 },
  );
});

test('an object that is being read stays whole when it is replaced and deleted', async () => {
  const store = await ObjectStore.open(folder, ['packages']);
  const old = await put(store, 'key', 'old '.repeat(100_000));
  const stream = store.read('packages', old);
  await put(store, 'key', 'new');
  await store.delete('packages', 'key', () => {});
  expect(await text(stream)).toBe('old '.repeat(100_000));
});

test('of many writers that all demand an absent key, one succeeds', async () => {
  const store = await ObjectStore.open(folder, ['packages']);
  const absent = (current: unknown) => {
    if (current) throw new Error('exists');
  };
  const writers = Array.from({ length: 20 }, (_, writer) =>
    put(store, 'key', `writer ${writer}`, absent as () => void),
  );
  const results = await Promise.allSettled(writers);
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('what a crash left half-written is removed at start, and not listed', async () => {
  await ObjectStore.open(folder, ['packages']);
  await writeFile(join(folder, '.tmp-half'), 'half');
  const store = await ObjectStore.open(folder, ['packages']);
  expect(store.list('packages', '')).toEqual([]);
  expect(await readdir(folder)).toEqual(['packages']);
});

test('an object whose body broke off is not stored, and takes no space', async () => {
  const store = await ObjectStore.open(folder, ['packages']);
  const broken = async function* () {
    yield Buffer.from('half');
    throw new Error('connection lost');
  };
  await expect(store.stage(broken())).rejects.toThrow('connection lost');
  expect(await readdir(folder)).toEqual(['packages']);
});

test('a damaged file stops the start and is named', async () => {
  await ObjectStore.open(folder, ['packages']);
  await writeFile(join(folder, 'packages', 'damaged'), 'not an object at all');
  await expect(ObjectStore.open(folder, ['packages'])).rejects.toThrow(
    /damaged is not a whole stored object/,
  );
});

test('killed at any moment, every stored object is whole and its event is kept', async () => {
  for (const lines of [1, 2, 9, 30, 47]) {
    const round = join(folder, String(lines));
    const acknowledged = await killAfterLines(
      'store-objects.ts',
      [join(round, 'data'), join(round, 'journal')],
      lines,
    );

    const store = await ObjectStore.open(join(round, 'data'), ['packages']);
    const { leftovers } = await EventJournal.open(join(round, 'journal'));
    const announced = new Set(leftovers.map(({ record }) => record.s3.object.key));
    for (const key of acknowledged) expect(announced).toContain(key);
    const objects = store.list('packages', '');
    expect(objects.length).toBeGreaterThan(0);
    for (const object of objects) {
      const body = await text(store.read('packages', object));
      expect(`"${createHash('md5').update(body).digest('hex')}"`).toBe(object.etag);
      const created = leftovers.map(({ record }) => record.s3.object.eTag);
      expect(created).toContain(object.etag.replaceAll('"', ''));
    }
    expect((await readdir(join(round, 'data'))).filter((name) => name !== 'packages')).toEqual([]);
  }
});
