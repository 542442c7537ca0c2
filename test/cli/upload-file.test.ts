import { createHash } from 'node:crypto';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiClient } from '#cli/connection/api-client.ts';
import { type PublishProgress, publishFile } from '#cli/publish/publish-file.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { type FaultyProxy, startFaultyProxy } from '#test/support/faulty-proxy.ts';
import { largePackage } from '#test/support/large-package.ts';
import { type ServedRegistry, START_TOKEN, serveRegistry } from '#test/support/served-registry.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const MiB = 1024 * 1024;
const MAIN = { owner: 'acme', branch: 'v3.22', repository: 'main' };
/** Where an upload's bytes go. */
const STORAGE = /^PUT \/(?!api)/;
const soon = { 'retry-after': '0' };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let served: ServedRegistry;
let proxy: FaultyProxy;
let client: ApiClient;
beforeAll(async () => {
  [served, folder] = await Promise.all([serveRegistry(), temporaryFolder()]);
  proxy = await startFaultyProxy(served.registry.url);
  client = new ApiClient({ origin: proxy.url, authorization: `Bearer ${START_TOKEN}` });
}, 60_000);
beforeEach(() => {
  proxy.seen.splice(0);
});
afterEach(() => expect(proxy.faults).toEqual([]));
afterAll(async () => {
  await proxy.close();
  await served.close();
  await folder.remove();
});

async function fileOf(name: string, mebibytes = 5): Promise<{ path: string }> {
  const path = join(folder.folder, `${name}.apk`);
  await writeFile(path, largePackage(mebibytes, { name }));
  return { path };
}
const answering = (status: number) => () => new Response('', { status, headers: soon });
const staged = () => proxy.seen.filter(({ line }) => STORAGE.test(line));
const offers = () => proxy.seen.filter(({ line }) => /^POST .*\/uploads$/.test(line));

test('what is too large for one request goes by an upload, and the storage does not see the token', async () => {
  const { path } = await fileOf('large');
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest();
  const stages = new Set<PublishProgress['stage']>();
  const onProgress = ({ stage }: PublishProgress) => stages.add(stage);
  const { outcome, package: found } = await publishFile({ path }, MAIN, client, { onProgress });
  expect({ outcome, sha256: found.sha256 }).toEqual({ outcome: 'published', sha256: sha256.toString('hex') });
  expect([...stages]).toEqual(['hashing', 'sending', 'checking']);
  const [{ headers } = { headers: new Headers() }, ...others] = staged();
  expect(others).toEqual([]);
  expect(headers.get('authorization')).toBeNull();
  expect(headers.get('x-amz-checksum-sha256')).toBe(sha256.toString('base64'));
});

test('what a request may carry goes by an upload, too, where the registry says that it is too large', async () => {
  const path = join(folder.folder, 'small.apk');
  await writeFile(path, await buildPackage({ name: 'small' }));
  const problem = JSON.stringify({ detail: 'Too large.', code: 'too-large' });
  const headers = { 'content-type': 'application/problem+json' };
  proxy.faults.push({ answer: () => new Response(problem, { status: 413, headers }) });
  expect((await publishFile({ path }, MAIN, client)).outcome).toBe('published');
  expect(staged()).toHaveLength(1);
});

test('in parts, each is sent by itself, and tried again by itself', async () => {
  const file = await fileOf('parts', 65);
  proxy.faults.push({ on: STORAGE, answer: answering(503) }, { on: STORAGE, answer: answering(500) });
  expect((await publishFile(file, MAIN, client, { partSize: 64 * MiB })).outcome).toBe('published');
  expect(staged()).toHaveLength(4);
}, 60_000);

test('an upload whose URL has ended is begun again', async () => {
  const error = '<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>';
  const headers = { 'content-type': 'application/xml' };
  proxy.faults.push({ on: STORAGE, answer: () => new Response(error, { status: 403, headers }) });
  expect((await publishFile(await fileOf('late'), MAIN, client)).outcome).toBe('published');
  expect(offers()).toHaveLength(2);
});

test('bytes that had arrived, though the answer was lost, are not missed', async () => {
  // As S3 does, unless the registry has taken them away by then.
  const isThere = { on: STORAGE, answer: answering(412) };
  proxy.faults.push({ on: STORAGE, afterwards: true, answer: answering(503) }, isThere);
  expect((await publishFile(await fileOf('lost'), MAIN, client)).outcome).toBe('published');
  expect([staged().length, offers().length]).toEqual([2, 1]);
});

test('an upload of what is there already with the same bytes counts as done', async () => {
  const file = await fileOf('twice');
  await publishFile(file, MAIN, client);
  expect(await publishFile(file, MAIN, client, { wait: 20 })).toMatchObject({
    outcome: 'already there',
    package: { file: 'twice-1.0-r0.apk', indexed: true },
  });
});

test('what the registry refuses once it has read it is refused in its words', async () => {
  const path = join(folder.folder, 'text.apk');
  await writeFile(path, Buffer.alloc(5 * MiB, 'text'));
  await expect(publishFile({ path }, MAIN, client)).rejects.toMatchObject({
    code: 'not-gzip',
    status: 400,
    message: expect.stringContaining('does not begin with a gzip member'),
  });
});

test('a file that becomes shorter while it is sent is said to, and not sent for ever', async () => {
  const { path } = await fileOf('shorter');
  const onProgress = ({ stage, bytes, size }: PublishProgress) => {
    if (stage === 'hashing' && bytes === size) void truncate(path, 100);
  };
  await expect(publishFile({ path }, MAIN, client, { onProgress })).rejects.toThrow(/became shorter/);
});
