import type { Hono } from 'hono';
import type { Problem } from '#lambdas/api/problem.ts';
import { ingestUpload } from '#registry/ingest-upload.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { sha256Of } from '../../registry/uploads-under-test.ts';
import { type ApiUnderTest, bearer, CI_TOKEN, jsonIn, problemIn, startApi } from './api-under-test.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const REPOSITORY = '/api/packages/acme/alpine/v3.22/main';
const UPLOADS = `${REPOSITORY}/uploads`;
const MiB = 1024 ** 2;

interface Created {
  id: string;
  url: string | null;
  headers: Record<string, string>;
  parts: { number: number; url: string; size: number }[];
  complete_url: string;
  expires_at: string;
  status_url: string;
}

interface Status {
  id: string;
  state: string;
  package: { name: string; sha256: string; indexed: boolean } | null;
  problem: { status: number; code: string; detail: string; title: string } | null;
}

const post = (body: object, headers: Record<string, string> = bearer()): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

const announced = (file: Uint8Array) => ({ size: file.length, sha256: sha256Of(file) });

async function create(body: object, app: Hono = api.app): Promise<Created> {
  const response = await app.request(UPLOADS, post(body));
  expect(response.status).toBe(201);
  return jsonIn<Created>(response);
}

const pathOf = (url: string) => url.replace('https://apk.example.com', '');

async function statusOf({ status_url }: Pick<Created, 'status_url'>, query = ''): Promise<Status> {
  const response = await api.app.request(`${pathOf(status_url)}${query}`, { headers: bearer() });
  expect(response.status).toBe(200);
  return jsonIn<Status>(response);
}

const send = ({ url, headers }: Created, body: Uint8Array, more: Record<string, string> = {}) =>
  fetch(url ?? '', { method: 'PUT', headers: { ...headers, ...more }, body });

test('a file is sent to a URL of its own, and is published once it is found good', async () => {
  const file = await buildPackage({ name: 'sent' });
  const created = await create(announced(file));
  expect(created).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    url: expect.stringContaining(created.id),
    headers: { 'If-None-Match': '*', 'x-amz-checksum-sha256': expect.any(String) },
    expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    status_url: `https://apk.example.com${UPLOADS}/${created.id}`,
  });
  expect(await statusOf(created)).toMatchObject({ state: 'waiting', package: null, problem: null });
  expect((await send(created, file)).status).toBe(200);
  await ingestUpload(created.id, api.dependencies);
  expect(await statusOf(created, '?wait=20')).toMatchObject({
    state: 'published',
    package: { name: 'sent', sha256: sha256Of(file), indexed: true },
    problem: null,
  });
});

test('a fault is told as of a direct publish', async () => {
  const file = await buildPackage({ fields: { datahash: '0'.repeat(64) } });
  const direct = await api.app.request(REPOSITORY, { method: 'PUT', headers: bearer(), body: file });
  const created = await create(announced(file));
  await send(created, file);
  await ingestUpload(created.id, api.dependencies);
  expect(await statusOf(created, '?wait=20')).toMatchObject({
    state: 'refused',
    package: null,
    problem: await problemIn(direct),
  });
});

describe('the URL takes the announced file, once', () => {
  test.each([
    ['other bytes', 400, (file: Buffer) => [Buffer.from(file).fill(0), {}] as const],
    ['fewer bytes', 403, (file: Buffer) => [file.subarray(1), {}] as const],
    ['more bytes', 403, (file: Buffer) => [Buffer.concat([file, file]), {}] as const],
    ['another checksum', 403, (file: Buffer) => [file, { 'x-amz-checksum-sha256': 'AAAA' }] as const],
    ['no condition', 403, (file: Buffer) => [file, { 'If-None-Match': '"etag"' }] as const],
  ])('%s: %d', async (_what, status, sent) => {
    const file = await buildPackage({ name: 'bound' });
    const created = await create(announced(file));
    const [body, headers] = sent(file);
    expect((await send(created, body, headers)).status).toBe(status);
    expect(await api.dependencies.incoming.head(created.id)).toBeUndefined();
    expect(await statusOf(created)).toMatchObject({ state: 'waiting' });
  });

  test('a second time: 412', async () => {
    const file = await buildPackage({ name: 'twice' });
    const created = await create(announced(file));
    expect((await send(created, file)).status).toBe(200);
    expect((await send(created, file)).status).toBe(412);
    await api.dependencies.incoming.remove(created.id);
  });
});

test('curl gets what it needs in a file of its own', async () => {
  const form = { ...bearer(), 'content-type': 'application/x-www-form-urlencoded', accept: 'text/x-curl' };
  const body = `size=5000000&sha256=${'a'.repeat(64)}`;
  const response = await api.app.request(UPLOADS, { method: 'POST', headers: form, body });
  expect(response.status).toBe(201);
  expect(response.headers.get('content-type')).toBe('text/x-curl');
  const lines = (await response.text()).split('\n');
  expect(lines.filter((line) => line.startsWith('url = "http'))).toHaveLength(1);
  expect(lines).toContain('header = "If-None-Match: *"');
  // The README names it by its number.
  expect(lines[1]).toMatch(/^# What came of it: curl --oauth2-bearer \$TOKEN 'https:\/\/apk\.example\.com\//);
});

describe('of a file that is said by name', () => {
  const named = async (contents: Parameters<typeof buildPackage>[0]) => {
    const file = await buildPackage({ name: 'named', ...contents });
    return { file, body: { ...announced(file), file: 'x86_64/named-1.0-r0.apk' } };
  };

  test('nothing needs to be sent when it is there already', async () => {
    const { file, body } = await named({});
    const { id } = await create(body);
    await api.dependencies.incoming.remove(id);
    expect((await api.app.request(REPOSITORY, { method: 'PUT', headers: bearer(), body: file })).status).toBe(
      201,
    );
    const same = await jsonIn<Problem>(await api.app.request(UPLOADS, post(body)));
    expect(same).toMatchObject({ status: 409, code: 'already-published', identical: true });
    const { body: otherBody } = await named({ fields: { pkgdesc: 'other' } });
    const other = await jsonIn<Problem>(await api.app.request(UPLOADS, post(otherBody)));
    expect(other).toMatchObject({ status: 409, code: 'already-published' });
    expect(other.identical).toBeUndefined();
  });

  test.each(['named', 'x86_64/named.apk', '../x86_64/named-1.0-r0.apk', 'x86_64/n\n-1.0-r0.apk'])(
    '%j is no name: 400',
    async (file) => {
      const response = await api.app.request(UPLOADS, post({ size: 5, sha256: 'a'.repeat(64), file }));
      expect(await problemIn(response)).toMatchObject({ status: 400, code: 'bad-json' });
    },
  );
});

describe('a file in parts', () => {
  test('has a URL for each, and is whole when all are there', async () => {
    const created = await create({ size: 130 * MiB, sha256: 'a'.repeat(64), part_size: 64 * MiB });
    expect(created.url).toBeNull();
    expect(created.parts.map(({ number, size }) => [number, size / MiB])).toEqual([
      [1, 64],
      [2, 64],
      [3, 2],
    ]);
    expect(new Set(created.parts.map(({ url }) => url)).size).toBe(3);
    const complete = () =>
      api.app.request(pathOf(created.complete_url), { method: 'POST', headers: bearer() });
    const problem = await problemIn(await complete());
    expect(problem).toMatchObject({ status: 409, code: 'parts-missing' });
    expect(problem.detail).toContain('1, 2, 3');
  });

  test.each([
    ['smaller than 64 MiB', { part_size: 64 * MiB - 1 }],
    ['larger than 5 GiB', { part_size: 5 * 1024 * MiB + 1 }],
  ])('does not have parts %s', async (_what, asked) => {
    const response = await api.app.request(UPLOADS, post({ size: MiB, sha256: 'a'.repeat(64), ...asked }));
    expect(await problemIn(response)).toMatchObject({ status: 400, code: 'bad-part-size' });
  });

  test('is what any file of more than 5 GiB is', async () => {
    const created = await create({ size: 5 * 1024 * MiB + 1, sha256: 'a'.repeat(64) });
    expect(created.parts.length).toBeGreaterThan(1);
    expect(created.parts.reduce((sum, { size }) => sum + size, 0)).toBe(5 * 1024 * MiB + 1);
  });
});

describe('is refused', () => {
  const right = { size: 5, sha256: 'a'.repeat(64) };
  test.each([
    ['no size', { sha256: right.sha256 }, 'size'],
    ['a size of nothing', { ...right, size: 0 }, 'size'],
    ['half a byte', { ...right, size: 1.5 }, 'size'],
    ['no checksum', { size: 5 }, 'sha256'],
    ['half a checksum', { ...right, sha256: 'a'.repeat(32) }, 'sha256'],
    ['a member that means nothing', { ...right, name: 'x' }, 'name'],
  ])('%s: 400 that names it', async (_what, body, named) => {
    const problem = await problemIn(await api.app.request(UPLOADS, post(body)));
    expect(problem).toMatchObject({ status: 400, code: 'bad-json' });
    expect(problem.detail).toContain(named);
  });

  test('more than can be validated: 413', async () => {
    const response = await api.app.request(UPLOADS, post({ ...right, size: 51 * 1024 * MiB }));
    expect(await problemIn(response)).toMatchObject({ status: 413, code: 'too-large' });
  });

  test.each([
    ['no token', {}, 401],
    ['one that may not publish there', bearer(CI_TOKEN), 403],
  ])('%s: %s', async (_what, headers, status) => {
    const path = '/api/packages/other/alpine/v3.22/main/uploads';
    expect((await api.app.request(path, post(right, headers as Record<string, string>))).status).toBe(status);
  });
});

describe("somebody else's upload", () => {
  test('is not there for who may not publish in its repository, nor under another one', async () => {
    const { id, status_url } = await create(announced(await buildPackage({ name: 'mine' })));
    expect((await api.app.request(pathOf(status_url))).status).toBe(401);
    const elsewhere = await api.app.request(`/api/packages/other/alpine/v3.22/main/uploads/${id}`, {
      headers: bearer(),
    });
    expect(await problemIn(elsewhere)).toMatchObject({ status: 404, code: 'not-found' });
    const forbidden = await api.app.request(`/api/packages/other/alpine/v3.22/main/uploads/${id}`, {
      headers: bearer(CI_TOKEN),
    });
    expect(forbidden.status).toBe(403);
  });
});

test('an upload that never came says so once its URL has ended', async () => {
  const created = await create(announced(await buildPackage({ name: 'never' })));
  const later = api.with({ clock: () => Date.now() + 61 * 60 * 1000 });
  const response = await later.request(pathOf(created.status_url), { headers: bearer() });
  expect(await jsonIn<Status>(response)).toMatchObject({
    state: 'refused',
    problem: { status: 410, code: 'upload-expired' },
  });
});

test('who asked for an upload, and what was published by it, is in the audit trail', async () => {
  const file = await buildPackage({ name: 'audited' });
  const created = await create(announced(file));
  await send(created, file);
  await ingestUpload(created.id, api.dependencies);
  const { entries } = await api.dependencies.audit.list({ owner: 'acme', limit: 2 });
  expect(entries.map(({ who, action, on }) => [who, action, on])).toEqual([
    ['admin', 'publish', 'acme/v3.22/main/x86_64/audited-1.0-r0.apk'],
    ['admin', 'create-upload', `acme/v3.22/main (${created.id})`],
  ]);
});
