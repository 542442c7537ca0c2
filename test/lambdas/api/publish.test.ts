import { createHash } from 'node:crypto';
import type { PackageDescription } from '#lambdas/api/describe-package.ts';
import { buildPackage } from '#test/support/build-package.ts';
import {
  type ApiUnderTest,
  bearer,
  CI_TOKEN,
  formWith,
  jsonIn,
  problemIn,
  put,
  startApi,
} from './api-under-test.ts';

const MAIN = '/api/packages/acme/alpine/v3.22/main';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

test('a publish answers 201, where the package is and what was understood of it', async () => {
  const file = await buildPackage({ name: 'libstdc++', version: '13.2.1-r0' });
  const response = await api.app.request(MAIN, put(file));
  expect(response.status).toBe(201);
  const url = 'https://apk.example.com/acme/v3.22/main/x86_64/libstdc%2B%2B-13.2.1-r0.apk';
  expect(response.headers.get('location')).toBe(url);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(await response.json()).toEqual({
    indexed: false,
    owner: 'acme',
    branch: 'v3.22',
    repository: 'main',
    arch: 'x86_64',
    name: 'libstdc++',
    version: '13.2.1-r0',
    file: 'libstdc++-13.2.1-r0.apk',
    sha256: createHash('sha256').update(file).digest('hex'),
    size: file.length,
    checksum: expect.stringMatching(/^Q1/),
    url,
    warnings: expect.any(Array),
  });
});

test('without a public URL, answers begin with the address that was asked', async () => {
  const app = api.with({ publicUrl: undefined });
  const response = await app.request(
    `http://127.0.0.1:8080${MAIN}`,
    put(await buildPackage({ name: 'here' })),
  );
  const url = 'http://127.0.0.1:8080/acme/v3.22/main/x86_64/here-1.0-r0.apk';
  expect(await response.json()).toMatchObject({ url });
});

test('warnings are in the answer, each with a code and what to do', async () => {
  const file = await buildPackage({ name: 'warned', fields: { depend: 'a=1~ab' } });
  const { warnings } = await jsonIn<PackageDescription>(await api.app.request(MAIN, put(file)));
  expect(warnings).toContainEqual({ code: 'hash-in-dependency', message: expect.stringContaining('apk 3') });
});

test('an owner in upper case is the owner in lower case', async () => {
  const response = await api.app.request(
    '/api/packages/ACME/alpine/v3.22/main',
    put(await buildPackage({ name: 'folded' }), bearer(CI_TOKEN)),
  );
  expect(await response.json()).toMatchObject({ owner: 'acme' });
});

test.each([
  ['the same content', 'one', 'there is nothing to do', true],
  ['other content', 'two', 'Raise pkgrel', undefined],
])(
  'a file published already, sent again with %s, is a 409 that says what to do, and whether it is identical',
  async (_, again, advice, isIdentical) => {
    const fileOf = (text: string) =>
      buildPackage({ name: `twice-${again}`, files: { 'usr/share/text': text } });
    await api.app.request(MAIN, put(await fileOf('one')));
    const response = await api.app.request(MAIN, put(await fileOf(again)));
    expect(response.status).toBe(409);
    const { code, detail, identical } = await problemIn(response);
    expect(code).toBe('already-published');
    expect(detail).toContain(advice);
    expect(identical).toBe(isIdentical);
  },
);

test.each([
  ['nothing', '', 'empty-file', 'curl --upload-file'],
  ['a text', 'hello', 'not-gzip', 'abuild'],
  ['an Android package', 'PK\x03\x04…', 'android-package', 'Android'],
])('%s in place of a package is a 400 that says how to mend it', async (_what, body, code, mend) => {
  const response = await api.app.request(MAIN, put(body));
  expect(response.status).toBe(400);
  const problem = await problemIn(response);
  expect(problem.code).toBe(code);
  expect(problem.detail).toContain(mend);
});

test('a package that was cut off is a 400', async () => {
  const file = await buildPackage({ name: 'cut' });
  const response = await api.app.request(MAIN, put(file.subarray(0, file.length - 20)));
  expect(response.status).toBe(400);
  await problemIn(response);
});

test.each([
  ['/api/packages/_x/alpine/v3.22/main', 'reserved-owner'],
  ['/api/packages/api/alpine/v3.22/main', 'reserved-owner'],
  ['/api/packages/a%20b/alpine/v3.22/main', 'bad-owner'],
  ['/api/packages/acme/alpine/-v/main', 'bad-branch'],
  ['/api/packages/acme/alpine/v3.22/ma%2Fin', 'bad-repository'],
  [`/api/packages/acme/alpine/v3.22/${'m'.repeat(65)}`, 'bad-repository'],
])('%s is a 400 that names what is wrong', async (path, code) => {
  const response = await api.app.request(path, put(await buildPackage()));
  expect(response.status).toBe(400);
  const problem = await problemIn(response);
  expect(problem.code).toBe(code);
  expect(problem.detail.length).toBeLessThan(400);
});

test.each([
  ['url', 'application/x-www-form-urlencoded'],
  ['html', 'text/html'],
  ['multipart', 'multipart'],
  ['none', ''],
])('a file is a file under any Content-Type: %s', async (name, type) => {
  const file = await buildPackage({ name });
  const response = await api.app.request(MAIN, put(file, { ...bearer(), 'Content-Type': type }));
  expect(response.status).toBe(201);
});

test('the file in a form is taken, as Forgejo takes it', async () => {
  const form = formWith(['file', await buildPackage({ name: 'formed' })]);
  const response = await api.app.request(MAIN, { ...form, method: 'PUT' });
  expect(response.status).toBe(201);
});
