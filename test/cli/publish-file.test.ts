import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiClient } from '#cli/connection/api-client.ts';
import { type PublishProgress, publishFile } from '#cli/publish/publish-file.ts';
import { buildPackage, type PackageContents } from '#test/support/build-package.ts';
import { type FaultyProxy, startFaultyProxy } from '#test/support/faulty-proxy.ts';
import { type ServedRegistry, START_TOKEN, serveRegistry } from '#test/support/served-registry.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const MAIN = { owner: 'acme', branch: 'v3.22', repository: 'main' };

let served: ServedRegistry;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let client: ApiClient;
beforeAll(async () => {
  [served, folder] = await Promise.all([serveRegistry(), temporaryFolder()]);
  client = new ApiClient({ origin: served.registry.url, authorization: `Bearer ${START_TOKEN}` });
}, 60_000);
afterAll(async () => {
  await served.close();
  await folder.remove();
});

async function fileOf(contents: PackageContents): Promise<{ path: string }> {
  const path = join(folder.folder, 'as-it-was-built.apk');
  await writeFile(path, await buildPackage(contents));
  return { path };
}

test('a file is published, and described as the registry sees it', async () => {
  const published = await publishFile(await fileOf({ name: 'first' }), MAIN, client);
  expect(published).toMatchObject({
    outcome: 'published',
    package: { file: 'first-1.0-r0.apk', arch: 'x86_64', indexed: false },
  });
});

test('with --wait, the index lists it in the end', async () => {
  const { package: found } = await publishFile(await fileOf({ name: 'waited' }), MAIN, client, { wait: 20 });
  expect(found.indexed).toBe(true);
});

test('the same bytes again are already there, described as before, and listed', async () => {
  const file = await fileOf({ name: 'again' });
  const { package: first } = await publishFile(file, MAIN, client);
  const again = await publishFile(file, MAIN, client, { wait: 20 });
  const { arch, name, version, file: called, sha256, size, checksum } = first;
  expect(again).toEqual({
    outcome: 'already there',
    package: { arch, name, version, file: called, sha256, size, checksum, indexed: true },
  });
});

test('other bytes under the same name are refused, with what to do', async () => {
  await publishFile(await fileOf({ name: 'other', files: { text: 'one' } }), MAIN, client);
  const other = await fileOf({ name: 'other', files: { text: 'two' } });
  await expect(publishFile(other, MAIN, client)).rejects.toMatchObject({
    code: 'already-published',
    identical: false,
    message: expect.stringContaining('Raise pkgrel'),
  });
});

test('what is no package is refused once, and not tried again', async () => {
  const path = join(folder.folder, 'a.txt');
  await writeFile(path, 'hello');
  const stages: PublishProgress['stage'][] = [];
  const onProgress = ({ stage }: PublishProgress) => stages.push(stage);
  await expect(publishFile({ path }, MAIN, client, { onProgress })).rejects.toMatchObject({
    code: 'not-gzip',
  });
  expect(stages).not.toContain('retrying');
});

test.each([
  ['a folder', '.', /is a folder: say its packages/],
  ['a pattern that the shell left', 'no-such-*.apk', /matches nothing: the shell has left it as it is/],
  ['a file that is not there', 'no-such.apk', /no-such\.apk is not there/],
])('%s is said to be none', async (_, name, reason) => {
  await expect(publishFile({ path: join(folder.folder, name) }, MAIN, client)).rejects.toThrow(reason);
});

describe('behind something that fails', () => {
  let proxy: FaultyProxy;
  let through: ApiClient;
  beforeAll(async () => {
    proxy = await startFaultyProxy(served.registry.url);
    through = new ApiClient({ origin: proxy.url, authorization: `Bearer ${START_TOKEN}` });
  });
  beforeEach(() => {
    proxy.seen.splice(0);
  });
  afterAll(() => proxy.close());
  const answering = (status: number, retryAfter = '0') => ({
    answer: () => new Response('', { status, headers: { 'retry-after': retryAfter } }),
  });

  test('busy answers and broken ones are tried again, and their reasons told', async () => {
    proxy.faults = [answering(503), answering(429), { answer: () => Promise.reject(new Error('it dies')) }];
    const reasons: string[] = [];
    const onProgress = ({ retry }: PublishProgress) => retry && reasons.push(retry.reason.message);
    const { outcome } = await publishFile(await fileOf({ name: 'patient' }), MAIN, through, { onProgress });
    expect(outcome).toBe('published');
    expect(reasons.map((reason) => /answered (\d+)/.exec(reason)?.[1])).toEqual(['503', '429', '500']);
  });

  test('an upload of the same file that is under way is waited for', async () => {
    const problem = JSON.stringify({ detail: 'Another upload is under way.', code: 'being-published' });
    const headers = { 'content-type': 'application/problem+json', 'retry-after': '0' };
    proxy.faults = [{ answer: () => new Response(problem, { status: 409, headers }) }];
    const { outcome } = await publishFile(await fileOf({ name: 'second' }), MAIN, through);
    expect([outcome, proxy.seen.length]).toEqual(['published', 2]);
  });

  test.each([400, 401, 403, 404, 409, 422])('%s is never tried again', async (status) => {
    proxy.faults = [answering(status)];
    await expect(publishFile(await fileOf({ name: 'once' }), MAIN, through)).rejects.toMatchObject({
      status,
    });
    expect(proxy.seen).toHaveLength(1);
  });

  test('one that was stored, though the answer was lost, counts as there', async () => {
    proxy.faults = [{ ...answering(504), afterwards: true }];
    const { outcome } = await publishFile(await fileOf({ name: 'lost' }), MAIN, through);
    expect(outcome).toBe('already there');
  });

  test('who is interrupted ends at once, even between two tries', async () => {
    proxy.faults = [answering(503, '100')];
    const interruption = new AbortController();
    const onProgress = ({ stage }: PublishProgress) =>
      stage === 'retrying' && interruption.abort(new Error('interrupted'));
    const { signal } = interruption;
    await expect(
      publishFile(await fileOf({ name: 'ended' }), MAIN, through, { signal, onProgress }),
    ).rejects.toThrow('interrupted');
  });
});
