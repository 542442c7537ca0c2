import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  completeUpload,
  createUpload,
  findUpload,
  listParts,
  PARTS_BUCKET,
  putPart,
  removeOldUploads,
} from '#local/multipart-uploads.ts';
import { ObjectStore } from '#local/object-store.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';
import { bytesOf } from './support.ts';

const DAY = 24 * 60 * 60 * 1000;
const always = () => {};
const properties = { contentType: 'text/plain' };

let folder: string;
let remove: () => Promise<void>;
let store: ObjectStore;
const open = async () => {
  store = await ObjectStore.open(folder, ['packages', PARTS_BUCKET]);
};
beforeEach(async () => {
  ({ folder, remove } = await temporaryFolder());
  await open();
});
afterEach(async () => {
  jest.useRealTimers();
  await remove();
});

async function begin(key: string) {
  const target = { store, bucket: 'packages', key };
  return { ...target, uploadId: await createUpload(target, properties, undefined) };
}
const send = async (upload: Awaited<ReturnType<typeof begin>>, number: number, body: string) =>
  putPart(upload, number, await store.stage(bytesOf(body)));

test('an upload goes on after a restart, with the parts that it had', async () => {
  const upload = await begin('../x');
  const part = await send(upload, 1, 'hello');
  await open();
  await removeOldUploads(store);
  const again = { ...upload, store };
  expect(listParts(again)).toMatchObject([part]);
  await completeUpload(again, [part], always);
  const object = store.head('packages', '../x');
  expect(object && (await text(store.read('packages', object)))).toBe('hello');
});

test('of an upload that is over, nothing stays on the disk', async () => {
  const upload = await begin('x');
  const parts = [await send(upload, 1, 'hello'), await send(upload, 2, 'unused')];
  await completeUpload(upload, parts.slice(0, 1), always);
  expect(await readdir(join(folder, PARTS_BUCKET))).toEqual([]);
  expect((await readdir(folder)).sort()).toEqual([PARTS_BUCKET, 'packages']);
});

test('of two who complete an upload at once, one does, and the other is told that it is over', async () => {
  const upload = await begin('x');
  const part = await send(upload, 1, 'hello');
  const results = await Promise.allSettled([1, 2].map(() => completeUpload(upload, [part], always)));
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

test('an upload that nobody completed for a day is forgotten, and so are parts of no upload', async () => {
  const [old, young] = [await begin('old'), await begin('young')];
  for (const upload of [old, young]) await send(upload, 1, 'hello');
  await putPartOfNone();
  const now = Date.now();
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] }).setSystemTime(now + DAY - 60_000);
  await removeOldUploads(store);
  expect(listParts(young)).toHaveLength(1);
  expect(store.list(PARTS_BUCKET, '')).toHaveLength(4);
  jest.setSystemTime(now + DAY + 60_000);
  await removeOldUploads(store);
  expect(() => findUpload(old)).toThrow('does not exist');
  expect(store.list(PARTS_BUCKET, '')).toEqual([]);
});

/** As a crash leaves it, between the end of an upload and that of its parts. */
async function putPartOfNone(): Promise<void> {
  const staged = await store.stage(bytesOf('left'));
  await store.put(PARTS_BUCKET, 'part/none/00001', staged, { contentType: '', checksums: {} }, always);
}
