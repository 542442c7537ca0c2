import { clientAddress } from '#lambdas/api/client-address.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { wrapping } from '#test/support/interrupted.ts';
import { rsaKey } from '#test/support/once-a-run/rsa-key.ts';
import {
  type ApiUnderTest,
  bearer,
  CI_TOKEN,
  formWith,
  jsonIn,
  ORIGIN_SECRET,
  put,
  startApi,
  throughCdn,
} from './api-under-test.ts';

interface Page {
  entries: Record<string, unknown>[];
  next: string | null;
}

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const audit = async (query = '', headers: Record<string, string> = bearer()) => {
  const response = await api.app.request(`/api/audit${query}`, { headers });
  return { status: response.status, ...(await jsonIn<Page>(response)) };
};
const JSON_BODY = { 'Content-Type': 'application/json', ...bearer() };
const post = (path: string, body: object) =>
  api.app.request(path, { method: 'POST', headers: JSON_BODY, body: JSON.stringify(body) });
const publish = async (name: string, headers = bearer(), owner = 'acme') =>
  api.app.request(`/api/packages/${owner}/alpine/v3.22/main`, put(await buildPackage({ name }), headers));

test('every change is one line that says who, from where, what and when, the newest first', async () => {
  const from = { 'x-forwarded-for': '10.0.0.1, 192.0.2.7, 203.0.113.9', ...throughCdn };
  await publish('foo', { ...bearer(CI_TOKEN), ...from });
  await api.app.request('/v2/packages/organizations/Acme/registries/tools/packages', {
    ...formWith(['file', await buildPackage({ name: 'bar' })]),
    headers: { ...bearer(CI_TOKEN) },
  });
  const file = '/api/packages/acme/alpine/v3.22/main/x86_64/foo-1.0-r0.apk';
  await api.app.request(file, { method: 'DELETE', headers: bearer() });
  const rights = [{ allow: ['publish'], on: 'acme/v3.22' }];
  const { id } = await jsonIn<{ id: string }>(await post('/api/tokens', { name: 'ci', rights }));
  await api.app.request(`/api/tokens/${id}`, { method: 'DELETE', headers: bearer() });
  const { publicKey } = rsaKey('ann');
  const keys = [publicKey.export({ type: 'spki', format: 'pem' }).toString()];
  const publishers = '/api/owners/acme/v3.22/main/publishers';
  await api.app.request(publishers, put(JSON.stringify({ keys }), JSON_BODY));

  const { entries, next } = await audit('?owner=acme');
  expect(next).toBeNull();
  const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
  const done = { at, from: null, owner: 'acme', outcome: 'done' };
  expect(entries).toEqual([
    { ...done, who: 'admin', action: 'set-publishers', on: 'acme/v3.22/main' },
    { ...done, who: 'admin', action: 'revoke-token', on: `ci (alp_${id})` },
    { ...done, who: 'admin', action: 'create-token', on: `ci (alp_${id})` },
    { ...done, who: 'admin', action: 'delete', on: 'acme/v3.22/main/x86_64/foo-1.0-r0.apk' },
    { ...done, who: 'build', action: 'publish', on: 'acme/alpine_any/tools/x86_64/bar-1.0-r0.apk' },
    {
      ...done,
      who: 'build',
      from: '192.0.2.7',
      action: 'publish',
      on: 'acme/v3.22/main/x86_64/foo-1.0-r0.apk',
    },
  ]);
});

test('a refusal for rights is written down, whatever it was asked of; a mistake or a stranger is not', async () => {
  const before = (await audit()).entries.length;
  await publish('stray', bearer(CI_TOKEN), 'Other');
  await publish('stray', bearer(CI_TOKEN), `a%0A%1b${'x'.repeat(5000)}`);
  await publish('stray', {} as ReturnType<typeof bearer>);
  await publish('stray', bearer('alp_guess'));
  await api.app.request('/api/packages/acme/alpine/v3.22/main', put('no package'));
  const { entries } = await audit();
  expect(entries).toHaveLength(before + 2);
  expect(entries.slice(0, 2)).toEqual([
    expect.objectContaining({ who: 'build', owner: null, outcome: 'forbidden' }),
    expect.objectContaining({ owner: 'other', on: 'Other/v3.22/main', outcome: 'forbidden' }),
  ]);
  expect(JSON.stringify(entries[0]).length).toBeLessThan(400);
});

test('it is read page by page, and each page goes on where the last one ended', async () => {
  for (const name of ['one', 'two', 'three']) await publish(name, bearer(), 'paged');
  const all = (await audit('?owner=paged')).entries;
  expect(all.map(({ on }) => on)).toEqual(
    ['three', 'two', 'one'].map((name) => `paged/v3.22/main/x86_64/${name}-1.0-r0.apk`),
  );
  const first = await audit('?owner=paged&limit=2');
  const second = await audit(`?owner=paged&limit=2&before=${encodeURIComponent(first.next ?? '')}`);
  expect([...first.entries, ...second.entries]).toEqual(all);
  expect(second.next).toBeNull();
});

test("an owner's trail is for who administers it, the whole one for who administers all", async () => {
  expect((await audit('', {})).status).toBe(401);
  expect((await audit('?owner=acme', bearer(CI_TOKEN))).status).toBe(403);
  const grants = [{ allow: ['admin'] as const, on: 'acme' }];
  const app = api.with({ credentials: { find: async () => ({ name: 'acme admin', grants }) } });
  const ask = (query: string) => app.request(`/api/audit${query}`, { headers: bearer() });
  expect((await ask('?owner=acme')).status).toBe(200);
  expect((await ask('?owner=ACME')).status).toBe(200);
  for (const query of ['', '?owner=other', '?owner=*', '?owner='])
    expect((await ask(query)).status).toBe(403);
});

test.each(['?limit=0', '?limit=1001', '?limit=x', '?before=x', '?owner=acme&from=me', '?owner=.acme'])(
  'the query %s is refused',
  async (query) => {
    expect((await audit(query)).status).toBe(400);
  },
);

test('a change that cannot be written down is not answered as done', async () => {
  const trail = wrapping(api.dependencies.audit, 'add', async () => {
    throw new Error('throttled');
  });
  const app = api.with({ audit: trail });
  const path = '/api/packages/acme/alpine/v3.22/main';
  const response = await app.request(path, put(await buildPackage({ name: 'unwritten' })));
  expect(response.status).toBe(500);
  expect(api.logged).toContainEqual(expect.objectContaining({ message: 'throttled' }));
});

test('a change that failed on the way may have been made, so it is written down, too', async () => {
  const records = wrapping(api.dependencies.records, 'transition', async () => {
    throw new Error('throttled');
  });
  const path = '/api/packages/acme/alpine/v3.22/half';
  const response = await api
    .with({ records })
    .request(path, put(await buildPackage({ name: 'half-done' }), bearer(CI_TOKEN)));
  expect(response.status).toBe(500);
  const { entries } = await audit('?owner=acme&limit=1');
  expect(entries).toEqual([
    expect.objectContaining({ who: 'build', action: 'publish', outcome: 'internal-error' }),
  ]);
});

test.each([
  ['through CloudFront', '192.0.2.7, 203.0.113.9', true, '192.0.2.7'],
  ['through CloudFront, with a lie before it', '6.6.6.6, 192.0.2.7, 203.0.113.9', true, '192.0.2.7'],
  ['past CloudFront', '6.6.6.6, 192.0.2.7', false, '192.0.2.7'],
  ['in IPv6', '2001:db8::7, 203.0.113.9', true, '2001:db8::7'],
  ['with what is no address', '<script>', false, undefined],
  ['with nothing', undefined, true, undefined],
])('the client of a request %s is %s', (_case, forwarded, isFromCdn, address) => {
  const headers = { ...(forwarded && { 'x-forwarded-for': forwarded }), ...(isFromCdn && throughCdn) };
  expect(clientAddress(new Request('http://a/', { headers }), ORIGIN_SECRET)).toBe(address);
});
