import { buildPackage } from '#test/support/build-package.ts';
import {
  type ApiUnderTest,
  bearer,
  formWith,
  MAX_UPLOAD_BYTES,
  problemIn,
  startApi,
} from './api-under-test.ts';

const PACKAGES = '/v2/packages/organizations/acme/registries/tools/packages';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const post = (form: RequestInit, path = PACKAGES) => api.app.request(path, form);

async function expectRefused(response: Response, code: string, status = 400): Promise<string> {
  expect(response.status).toBe(status);
  const problem = await problemIn(response);
  expect(problem.code).toBe(code);
  return problem.detail;
}

/** A form as it looks on the wire. */
const raw = (body: string | Uint8Array, type = 'multipart/form-data; boundary=b'): RequestInit => ({
  method: 'POST',
  headers: { ...bearer(), 'Content-Type': type },
  body,
});

test('a form as curl writes it, byte for byte, is taken', async () => {
  const file = await buildPackage({ name: 'curled' });
  const head =
    '--------------------------b\r\nContent-Disposition: form-data; name="file"; filename="a b.apk"\r\nContent-Type: application/octet-stream\r\n\r\n';
  const body = Buffer.concat([Buffer.from(head), file, Buffer.from('\r\n--------------------------b--\r\n')]);
  const response = await post(raw(body, 'multipart/form-data; boundary=------------------------b'));
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ size: file.length });
});

test('a form without a file says how to send one', async () => {
  const detail = await expectRefused(
    await post(formWith(['fiel', await buildPackage()])),
    'file-part-missing',
  );
  expect(detail).toContain('curl --form file=@FILE');
});

test('a file whose @ was forgotten is a 400 that says so', async () => {
  const detail = await expectRefused(await post(formWith(['file', 'foo.apk'])), 'file-part-missing');
  expect(detail).toContain('@');
});

test('two files in one form are refused, not one of them dropped', async () => {
  const form = formWith(
    ['file', await buildPackage({ name: 'a' })],
    ['file', await buildPackage({ name: 'b' })],
  );
  await expectRefused(await post(form), 'file-part-repeated');
});

test.each([
  'application/octet-stream',
  'application/json',
  'multipart/mixed; boundary=b',
  'multipart/form-dataX',
])('a body under the Content-Type %s is a 400', async (type) => {
  await expectRefused(await post(raw(await buildPackage(), type)), 'not-multipart');
});

const PART = '--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n';
test.each([
  ['without a boundary', `${PART}x\r\n--b--\r\n`, 'multipart/form-data'],
  ['with an empty boundary', `${PART}x\r\n--b--\r\n`, 'multipart/form-data; boundary='],
  ['with another boundary', `${PART}x\r\n--b--\r\n`, 'multipart/form-data; boundary=c'],
  ['that ends in the file', `${PART}x`, undefined],
  ['that ends in a header', '--b\r\nContent-Dispo', undefined],
  ['that ends in the last boundary', `${PART}x\r\n--b`, undefined],
  ['that is empty', '', undefined],
  ['that is something else', 'hello', undefined],
  ['with 50,000 dashes', '-'.repeat(50_000), undefined],
])('a form %s is a 400', async (_what, body, type) => {
  await expectRefused(await post(raw(body, type)), 'bad-multipart');
});

test.each(['b', '"b"'])(
  'a form of more than a hundred parts is a 400 at once, whatever is in them (%s)',
  async (boundary) => {
    const type = `multipart/form-data; boundary=${boundary}`;
    const detail = await expectRefused(
      await post(raw(`${`${PART}x\r\n`.repeat(101)}--b--\r\n`, type)),
      'bad-multipart',
    );
    expect(detail).toContain('more than 100 parts');
  },
);

test('a form whose file is no package says what is wrong with the file', async () => {
  await expectRefused(await post(raw(`${PART}x\r\n--b--\r\n`)), 'not-gzip');
});

test.each([1, 65_000, 70_000])('a file %d bytes over the limit is a 413', async (over) => {
  const form = formWith(['file', Buffer.alloc(MAX_UPLOAD_BYTES + over)]);
  const detail = await expectRefused(await post(form), 'too-large', 413);
  expect(detail).toContain(`${MAX_UPLOAD_BYTES} bytes`);
});
