import { buildPackage } from '#test/support/build-package.ts';
import {
  type ApiUnderTest,
  basic,
  bearer,
  formWith,
  ORIGIN_SECRET,
  problemIn,
  startApi,
  TOKEN,
} from './api-under-test.ts';

const BUILDKITE = '/v2/packages/organizations/acme/registries/tools/packages';

/** What a browser sends along that was told the token as a password. */
const remembered = basic(`user:${TOKEN}`);

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

test.each(['https://evil.example', 'null', 'https://apk.example.com.evil.example'])(
  'a page of %s cannot publish by the browser of somebody who may',
  async (Origin) => {
    const form = formWith(['file', await buildPackage()]);
    const response = await api.app.request(BUILDKITE, { ...form, headers: { ...remembered, Origin } });
    expect(response.status).toBe(403);
    expect(await problemIn(response)).toMatchObject({ code: 'other-site' });
  },
);

test('nor make a token, by a body that has no type', async () => {
  const before = await api.dependencies.tokens.list();
  const body = JSON.stringify({ name: 'mine', rights: [{ allow: ['publish'], on: 'acme' }] });
  const headers = { ...remembered, Origin: 'https://evil.example' };
  const sent = { method: 'POST', headers, body: new Blob([body]) };
  expect((await api.app.request('/api/tokens', sent)).status).toBe(403);
  expect(await api.dependencies.tokens.list()).toEqual(before);
});

test('a page of the registry itself may, whatever takes the TLS off before it', async () => {
  const headers = { ...bearer(), Origin: 'https://apk.example.com' };
  const form = formWith(['file', await buildPackage({ name: 'own' })]);
  expect((await api.app.request(BUILDKITE, { ...form, headers })).status).toBe(200);

  const alone = api.with({ publicUrl: undefined, originSecret: ORIGIN_SECRET });
  const behind = formWith(['file', await buildPackage({ name: 'behind' })]);
  expect((await alone.request(`http://apk.example.com${BUILDKITE}`, { ...behind, headers })).status).toBe(
    200,
  );
});

test('what changes nothing is answered whoever asks', async () => {
  const response = await api.app.request('/api/keys', { headers: { Origin: 'https://evil.example' } });
  expect(response.status).toBe(200);
});
