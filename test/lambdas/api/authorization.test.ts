import { buildPackage } from '#test/support/build-package.ts';
import {
  type ApiUnderTest,
  basic,
  bearer,
  CI_TOKEN,
  problemIn,
  put,
  startApi,
  TOKEN,
  UMLAUT_TOKEN,
} from './api-under-test.ts';

const MAIN = '/api/packages/acme/alpine/v3.22/main';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

let count = 0;
const publish = async (headers: Record<string, string>) =>
  api.app.request(MAIN, put(await buildPackage({ name: `package${count++}` }), headers));

test.each([
  ['Bearer', bearer()],
  ['bearer in lower case', { Authorization: `bearer  ${TOKEN} ` }],
  ['Basic', basic(`jo:${TOKEN}`)],
  ['Basic with no user name', basic(`:${TOKEN}`)],
  ['Basic with a user name in UTF-8', basic(`jö:${TOKEN}`)],
  ['Basic with a user name in Latin-1', basic(Buffer.from(`jö:${TOKEN}`, 'latin1'))],
  ['Basic with a token in UTF-8', basic(`jo:${UMLAUT_TOKEN}`)],
  ['Basic with a token in Latin-1', basic(Buffer.from(`jo:${UMLAUT_TOKEN}`, 'latin1'))],
  ['Basic without padding', { Authorization: basic(`jo:${TOKEN}`).Authorization.replace(/=+$/, '') }],
  ['Basic with an address as the user name', basic(`jo@example.com:${TOKEN}`)],
  ['Basic with the token as the user name, and no password', basic(`${TOKEN}:`)],
  ["Gitea's own scheme", { Authorization: `token ${TOKEN}` }],
])('%s is let in', async (_what, headers) => {
  expect((await publish(headers)).status).toBe(201);
});

test.each([
  ['no header', {}],
  ['an empty header', { Authorization: '' }],
  ['an unknown token', bearer('alp_unknown')],
  ['no token', { Authorization: 'Bearer ' }],
  ['the token alone', { Authorization: TOKEN }],
  ['another scheme', { Authorization: `Digest ${TOKEN}` }],
  ['two tokens', { Authorization: `Bearer ${TOKEN} ${TOKEN}` }],
  ['two headers', { Authorization: `Bearer ${TOKEN}, Bearer ${TOKEN}` }],
  ['a token of 10,000 characters', bearer('x'.repeat(10_000))],
  ['a Basic of 100,000 characters', basic(`jo:${'x'.repeat(75_000)}`)],
  ['Basic that is no base64', { Authorization: 'Basic {"a":1}' }],
  ['Basic without a colon', basic(TOKEN)],
  ['Basic of nobody', basic(':')],
  ['Basic with a wrong password', basic('jo:wrong')],
  ['Basic with user and password swapped', basic(`${TOKEN}:jo`)],
  ['Basic of bytes that are no text', basic(Buffer.from([0xff, 0x3a, 0xff, 0x00]))],
  ['the name of a property of every object', bearer('constructor.prototype')],
])('%s is a 401 that asks for Basic', async (_what, headers) => {
  const response = await publish(headers as Record<string, string>);
  expect(response.status).toBe(401);
  expect(response.headers.get('www-authenticate')).toBe('Basic realm="Alpenglow"');
  expect(await problemIn(response)).toMatchObject({ code: 'unauthorized' });
});

test.each([
  ['PUT', MAIN],
  ['PUT', '/api/packages/_not%0Aa%20name/alpine/-/-'],
  ['PUT', `${MAIN}?wait=never`],
  ['DELETE', `${MAIN}/x86_64/no-file`],
  ['DELETE', '/api/packages/api/alpine/-/-/-/-'],
  ['POST', '/v2/packages/organizations/acme/registries/tools/packages'],
  ['POST', '/v2/packages/organizations/_/registries/-/packages'],
])('a stranger learns nothing from %s %s but a 401, and the body is not read', async (method, path) => {
  let isRead = false;
  const body = new ReadableStream(
    {
      pull(controller) {
        isRead = true;
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const request = new Request(`http://localhost${path}`, { method, body, duplex: 'half' } as RequestInit);
  const response = await api.app.request(request);
  expect(response.status).toBe(401);
  expect(isRead).toBe(false);
});

test('a token for one owner is a 403 in another, and the body is not read', async () => {
  const response = await api.app.request(
    '/api/packages/other/alpine/v3.22/main',
    put('no package', bearer(CI_TOKEN)),
  );
  expect(response.status).toBe(403);
  expect(response.headers.get('www-authenticate')).toBeNull();
  const { code, detail } = await problemIn(response);
  expect(code).toBe('forbidden');
  expect(detail).toContain('other');
  expect(detail).not.toContain(CI_TOKEN);
});

test('the 403 for an owner that is no name repeats it escaped and short', async () => {
  const response = await api.app.request(
    `/api/packages/a%0A%1b${'x'.repeat(10_000)}/alpine/v3.22/main`,
    put('no package', bearer(CI_TOKEN)),
  );
  expect(response.status).toBe(403);
  const { detail } = await problemIn(response);
  expect(detail).toContain(String.raw`a\n\u001b`);
  expect(detail.length).toBeLessThan(300);
});

test('a published package is recorded under the name of its publisher', async () => {
  await api.app.request(MAIN, put(await buildPackage({ name: 'signed-off' }), bearer(CI_TOKEN)));
  const file = { owner: 'acme', branch: 'v3.22', repository: 'main', arch: 'x86_64' };
  const [record] = await api.dependencies.records.read([{ ...file, name: 'signed-off', version: '1.0-r0' }]);
  expect(record?.publishedBy).toBe('build');
});
