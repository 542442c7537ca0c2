import { makeToken, sha256OfToken } from '#registry/token-text.ts';
import type { StoredToken } from '#registry/tokens.ts';
import { startPorts, type TestRegistry } from '#test/support/registry-ports.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startPorts();
});
afterAll(() => registry.close());

function token(changes: Partial<StoredToken> = {}): StoredToken {
  const made = makeToken();
  return {
    id: made.id,
    name: 'ci',
    sha256: sha256OfToken(made.token),
    grants: [{ allow: ['read', 'publish'], on: 'acme/v3.22' }],
    createdBy: 'admin',
    createdAt: 1_800_000_000,
    ...changes,
  };
}

test('a token reads back as it was written', async () => {
  const { tokens } = registry.ports;
  const whole = token({
    name: 'Größe ☃',
    grants: [
      { allow: ['admin'], on: '*' },
      { allow: ['read'], on: 'acme/*/main' },
    ],
    expiresAt: 1_900_000_000,
    lastUsedOn: '2026-03-01',
    kind: 'bootstrap',
  });
  for (const each of [token(), whole]) {
    expect(await tokens.add(each)).toBe(true);
    expect(await tokens.find(each.id)).toEqual(each);
  }
});

test('a token that is not there is not found, and can be removed', async () => {
  const { tokens } = registry.ports;
  expect(await tokens.find('aaaaaaaaaaaaaaaa')).toBeUndefined();
  await tokens.remove('aaaaaaaaaaaaaaaa');
});

test('an id is had by exactly one of many tokens that want it', async () => {
  const { tokens } = registry.ports;
  const { id } = makeToken();
  const many = Array.from({ length: 12 }, () => token({ id }));
  const added = await Promise.all(many.map((each) => tokens.add(each)));
  expect(added.filter(Boolean)).toHaveLength(1);
  expect(await tokens.find(id)).toEqual(many[added.indexOf(true)]);
});

test('a token that is added again, since an answer was lost, is added', async () => {
  const { tokens } = registry.ports;
  const one = token();
  expect(await tokens.add(one)).toBe(true);
  expect(await tokens.add(one)).toBe(true);
});

test('a removed token is gone', async () => {
  const { tokens } = registry.ports;
  const one = token();
  await tokens.add(one);
  await tokens.remove(one.id);
  expect(await tokens.find(one.id)).toBeUndefined();
});

describe('the day of a use', () => {
  test('is the last one', async () => {
    const { tokens } = registry.ports;
    const one = token();
    await tokens.add(one);
    for (const day of ['2026-03-01', '2026-03-02', '2026-03-01']) await tokens.use(one, day);
    expect(await tokens.find(one.id)).toEqual({ ...one, lastUsedOn: '2026-03-02' });
  });

  test('makes no token of one that is gone, and is not noted of another with its id', async () => {
    const { tokens } = registry.ports;
    const one = token();
    await tokens.use(one, '2026-03-01');
    expect(await tokens.find(one.id)).toBeUndefined();
    await tokens.add(one);
    await tokens.use({ id: one.id, sha256: token().sha256 }, '2026-03-01');
    expect(await tokens.find(one.id)).toEqual(one);
  });
});

test('more tokens than one page has are listed whole, and nothing else of the table', async () => {
  const { tokens, records } = registry.ports;
  const grants = Array.from({ length: 20 }, (_, i) => ({
    allow: ['read' as const],
    on: `${'o'.repeat(60)}${i}/${'b'.repeat(64)}/${'r'.repeat(64)}`,
  }));
  const before = (await tokens.list()).length;
  const many = Array.from({ length: 250 }, () => token({ grants }));
  await Promise.all(many.map((each) => tokens.add(each)));
  const listed = await tokens.list();
  expect(listed).toHaveLength(before + 250);
  expect(listed).toEqual(expect.arrayContaining(many.slice(0, 3)));
  const repositories = [];
  for await (const repository of records.repositories()) repositories.push(repository);
  expect(repositories).toEqual([]);
});
