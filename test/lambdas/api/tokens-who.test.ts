import type { Right } from '#registry/rights.ts';
import { problemIn } from './api-under-test.ts';
import { DAY, startTokenApi, type TokenApi } from './tokens-under-test.ts';

let api: TokenApi;
beforeAll(async () => {
  api = await startTokenApi();
});
afterAll(() => api.close());

/** Somebody who administers `acme`, and may publish and read there, but not delete. */
const lead = async (more: object = {}) =>
  (await api.create([{ allow: ['admin', 'publish', 'read'], on: 'acme' }], { name: 'lead', ...more })).token;

describe('who administers a place', () => {
  test.each<[Right[], string]>([
    [['publish'], 'acme'],
    [['publish', 'read'], 'acme/v3.22'],
    [['admin'], 'acme/v3.22/main'],
    [['read'], 'acme/*/main'],
  ])('gives %j on %s', async (allow, on) => {
    expect((await api.create([{ allow, on }], {}, await lead())).rights).toEqual([
      { allow: expect.arrayContaining(allow), on },
    ]);
  });

  test.each<[string, Right[], string]>([
    ['a right that they have not', ['delete'], 'acme'],
    ['a right that they have not, beside one that they have', ['publish', 'delete'], 'acme/v3.22'],
    ['it in another place', ['publish'], 'other'],
    ['it in a place whose name begins so', ['publish'], 'acme2'],
    ['it everywhere', ['publish'], '*'],
    ['it in a branch of everybody', ['publish'], '*/v3.22'],
  ])('does not give %s: 403', async (_what, allow, on) => {
    const response = await api.post({ name: 'more', rights: [{ allow, on }] }, await lead());
    expect(response.status).toBe(403);
    expect((await problemIn(response)).detail).toContain(` in ${on}.`);
  });

  test('does not give one place more beside one that they may', async () => {
    const rights = [
      { allow: ['publish'], on: 'acme' },
      { allow: ['publish'], on: 'other' },
    ];
    expect((await api.post({ name: 'more', rights }, await lead())).status).toBe(403);
  });
});

test('a token of a repository does not give to the branch around it', async () => {
  const { token } = await api.create([{ allow: ['admin', 'publish'], on: 'acme/v3.22/main' }]);
  for (const on of ['acme/v3.22', 'acme', 'acme/*/main', 'acme/v3.22/*']) {
    expect((await api.post({ name: 'up', rights: [{ allow: ['publish'], on }] }, token)).status).toBe(403);
  }
});

test('who has a right without admin gives it to nobody', async () => {
  const { token } = await api.create([{ allow: ['publish'], on: 'acme' }]);
  const response = await api.post({ name: 'copy', rights: [{ allow: ['publish'], on: 'acme' }] }, token);
  expect(response.status).toBe(403);
  expect((await problemIn(response)).detail).toContain('no right to admin in acme');
});

test('a refused token is not made', async () => {
  const before = (await api.list()).length;
  const token = await lead();
  await api.post({ name: 'no', rights: [{ allow: ['publish'], on: 'other' }] }, token);
  await api.post({ name: 'no', rights: [{ allow: ['publish'], on: 'acme/..' }] }, token);
  expect(await api.list()).toHaveLength(before + 1);
});

describe('a token that ends', () => {
  const rights = [{ allow: ['publish' as const], on: 'acme' }];

  test('makes by default one that ends with it', async () => {
    const token = await lead({ expires_in_days: 10 });
    const { expires_at } = await api.create(rights, {}, token);
    expect(expires_at).toBe(new Date(api.ports.clock() + 10 * DAY * 1000).toISOString());
  });

  test('makes one that ends before it, or with it', async () => {
    const token = await lead({ expires_in_days: 10 });
    await api.create(rights, { expires_in_days: 9 }, token);
    await api.create(rights, { expires_in_days: 10 }, token);
  });

  test.each([[11], [null]])('does not make one of %j days when it has ten: 403', async (days) => {
    const token = await lead({ expires_in_days: 10 });
    const response = await api.post({ name: 'longer', rights, expires_in_days: days }, token);
    expect(response.status).toBe(403);
    const { detail } = await problemIn(response);
    expect(detail).toContain(new Date(api.ports.clock() + 10 * DAY * 1000).toISOString());
  });

  test('is let in until the second of its end, and is then told what a stranger is told', async () => {
    const { token } = await api.create([{ allow: ['delete'], on: 'acme' }], { expires_in_days: 1 });
    api.pass(DAY - 1);
    expect(await api.statusOfDelete(token)).toBe(404);
    api.pass(1);
    expect(await api.statusOfDelete(token)).toBe(401);
  });
});

test('one sees and ends the tokens whose every place one administers, and no others', async () => {
  const inside = await api.create([{ allow: ['publish'], on: 'acme/v3.22' }]);
  const across = await api.create([
    { allow: ['publish'], on: 'acme' },
    { allow: ['publish'], on: 'other' },
  ]);
  const above = await api.create([{ allow: ['publish'], on: '*' }]);
  const token = await lead();
  const seen = (await api.list(token)).map(({ id }) => id);
  expect(seen).toContain(inside.id);
  expect(seen).not.toContain(across.id);
  expect(seen).not.toContain(above.id);
  for (const { id } of [across, above]) expect((await api.revoke(id, token)).status).toBe(404);
  expect((await api.revoke(inside.id, token)).status).toBe(204);
});

test('who administers nothing sees no tokens, not even their own', async () => {
  const { token } = await api.create([{ allow: ['publish'], on: 'acme' }]);
  expect(await api.list(token)).toEqual([]);
});

test("others' tokens are not there, in the same words as those that are not", async () => {
  const token = await lead();
  const others = await api.create([{ allow: ['publish'], on: 'other' }]);
  const bodies = await Promise.all(
    [others.id, 'aaaaaaaaaaaaaaaa'].map(async (id) => (await api.revoke(id, token)).text()),
  );
  expect(bodies[0]).toBe(bodies[1]);
});
