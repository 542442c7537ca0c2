import { createHash } from 'node:crypto';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiClient } from '#cli/api-client.ts';
import { type PublishProgress, publishFile } from '#cli/publish-file.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';
import { startUploads, type Uploads } from '#test/support/upload-stand-in.ts';

const MiB = 1024 * 1024;
const MAIN = { owner: 'acme', branch: 'v3.22', repository: 'main' };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let uploads: Uploads;
let client: ApiClient;
beforeAll(async () => {
  folder = await temporaryFolder();
  uploads = await startUploads();
  client = new ApiClient({ origin: uploads.url, authorization: 'Bearer secret-of-mine' });
});
beforeEach(() => uploads.forget());
afterAll(async () => {
  await uploads.close();
  await folder.remove();
});

async function fileOf(bytes: number): Promise<{ path: string; sha256: string }> {
  const path = join(folder.folder, 'large.apk');
  const content = Buffer.alloc(bytes, 'large');
  await writeFile(path, content);
  return { path, sha256: createHash('sha256').update(content).digest('hex') };
}

test('what is too large for one request goes by an upload, and the storage does not see the token', async () => {
  const { path, sha256 } = await fileOf(5 * MiB);
  const stages = new Set<PublishProgress['stage']>();
  const onProgress = ({ stage }: PublishProgress) => stages.add(stage);
  const { outcome, package: found } = await publishFile({ path }, MAIN, client, { onProgress });
  expect({ outcome, sha256: found.sha256 }).toEqual({ outcome: 'published', sha256 });
  expect([...stages]).toEqual(['hashing', 'sending', 'checking']);
  expect(uploads.staged).toEqual([
    {
      sha256,
      authorization: undefined,
      ifNoneMatch: '*',
      checksum: Buffer.from(sha256, 'hex').toString('base64'),
    },
  ]);
});

test('what a request may carry goes without an upload, unless the registry says that it is too large', async () => {
  await publishFile(await fileOf(4 * MiB), MAIN, client);
  expect(uploads.staged).toEqual([]);
  uploads.maxBytes = MiB;
  await publishFile(await fileOf(4 * MiB), MAIN, client);
  expect(uploads.staged).toHaveLength(1);
});

test('in parts, each is sent by itself, and tried again by itself', async () => {
  const file = await fileOf(9 * MiB);
  uploads.refusals.push(503, 500);
  const { package: found } = await publishFile(file, MAIN, client, { partSize: 4 * MiB });
  expect(found.sha256).toBe(file.sha256);
  expect(uploads.staged).toHaveLength(3);
});

test('an upload whose URL has ended is begun again', async () => {
  uploads.refusals.push(403);
  const { outcome } = await publishFile(await fileOf(5 * MiB), MAIN, client);
  expect(outcome).toBe('published');
  expect(uploads.offers).toBe(2);
});

test('bytes that had arrived, though the answer was lost, are not missed', async () => {
  uploads.refusals.push(412);
  await expect(publishFile(await fileOf(5 * MiB), MAIN, client)).resolves.toMatchObject({
    outcome: 'published',
  });
});

test('what the registry refuses once it has read it is refused in its words', async () => {
  uploads.problem = { status: 400, code: 'not-gzip', detail: 'The file does not begin with a gzip member.' };
  await expect(publishFile(await fileOf(5 * MiB), MAIN, client)).rejects.toMatchObject({
    code: 'not-gzip',
    status: 400,
    message: 'The file does not begin with a gzip member.',
  });
});

test('a file that becomes shorter while it is sent is said to, and not sent for ever', async () => {
  const { path } = await fileOf(9 * MiB);
  const onProgress = ({ stage, bytes, size }: PublishProgress) => {
    if (stage === 'hashing' && bytes === size) void truncate(path, 100);
  };
  await expect(publishFile({ path }, MAIN, client, { onProgress })).rejects.toThrow(/became shorter/);
});
