import { revokeToken } from '#registry/administer-tokens.ts';
import type { Principal } from '#registry/authorize.ts';
import { createFirstToken } from '#registry/create-token.ts';
import { type ReaderEntry, readerEntry, tokenKey } from '#registry/readers.ts';
import { removeExpiredTokens } from '#registry/remove-expired-tokens.ts';
import { EVERYTHING, type Grant } from '#registry/rights.ts';
import { sha256OfToken } from '#registry/token-text.ts';
import type { TokenPorts } from '#registry/tokens.ts';
import { Died, dyingAt, wrapping } from '#test/support/interrupted.ts';
import { readersInMemory } from '#test/support/readers-in-memory.ts';
import { startPorts, type TestRegistry } from '#test/support/registry-ports.ts';

const DAY = 24 * 60 * 60;
const NOW = Date.UTC(2026, 2, 1);

let registry: TestRegistry;
let ports: TokenPorts;
beforeAll(async () => {
  registry = await startPorts();
  ports = { tokens: registry.ports.tokens, readers: readersInMemory(), clock: () => NOW };
});
afterAll(() => registry.close());

const READ: Grant[] = [{ allow: ['read'], on: 'acme' }];
const admin: Principal = { name: 'admin', grants: EVERYTHING };

const create = (grants: Grant[], more: { expiresInDays?: number | null } = {}, those = ports) =>
  createFirstToken({ name: 'ci', grants, ...more }, those);
const entryOf = async (id: string): Promise<ReaderEntry | undefined> => {
  const value = (await ports.readers.list()).get(tokenKey(id));
  return value === undefined ? undefined : JSON.parse(value);
};

test('a token that reads is known to the readers by its hash, its end and its places', async () => {
  const { token, stored } = await create(
    [...READ, { allow: ['publish', 'read'], on: 'other/v3.22' }, { allow: ['publish'], on: 'third' }],
    { expiresInDays: 2 },
  );
  expect(await entryOf(stored.id)).toEqual({
    h: sha256OfToken(token),
    e: NOW / 1000 + 2 * DAY,
    on: ['acme', 'other/v3.22'],
  });
});

test('a token without an end is known as such', async () => {
  const { stored } = await create(READ, { expiresInDays: null });
  expect((await entryOf(stored.id))?.e).toBe(0);
});

test('a token that reads nothing is not known to the readers', async () => {
  const { stored } = await create([{ allow: ['publish', 'delete', 'admin'], on: '*' }]);
  expect(await entryOf(stored.id)).toBeUndefined();
});

test('a revoked token is known to nobody', async () => {
  const { stored } = await create(READ);
  await revokeToken(stored.id, admin, ports);
  expect(await entryOf(stored.id)).toBeUndefined();
  expect(await ports.tokens.find(stored.id)).toBeUndefined();
});

test.each([
  ['the readers have forgotten it', 'readers', 'update', 'before'],
  ['the readers have answered', 'readers', 'update', 'after'],
  ['the table has forgotten it', 'tokens', 'remove', 'before'],
] as const)(
  'a revocation that dies before %s is finished by the next one',
  async (_when, port, method, when) => {
    const { stored } = await create(READ);
    const dying = { ...ports, [port]: dyingAt(ports[port], method as never, when) };
    await expect(revokeToken(stored.id, admin, dying)).rejects.toThrow(Died);
    await revokeToken(stored.id, admin, ports);
    expect(await entryOf(stored.id)).toBeUndefined();
    expect(await ports.tokens.find(stored.id)).toBeUndefined();
  },
);

test('a revoked token reads nothing, though the table was compared with the readers meanwhile', async () => {
  const { stored } = await create(READ);
  const tokens = wrapping(ports.tokens, 'remove', async (call) => {
    await ports.readers.update(new Map([[tokenKey(stored.id), readerEntry(stored)]]));
    await call();
  });
  await revokeToken(stored.id, admin, { ...ports, tokens });
  expect(await entryOf(stored.id)).toBeUndefined();
});

test('a revocation that dies leaves nobody reading whom the table does not know', async () => {
  const { stored } = await create(READ);
  const dying = { ...ports, readers: dyingAt(ports.readers, 'update', 'before') };
  await expect(revokeToken(stored.id, admin, dying)).rejects.toThrow(Died);
  expect(await ports.tokens.find(stored.id)).toMatchObject({ id: stored.id });
});

test('a token whose making dies reads nothing that the table does not know of', async () => {
  const before = await ports.readers.list();
  const dying = { ...ports, tokens: dyingAt(ports.tokens, 'add', 'before') };
  await expect(create(READ, {}, dying)).rejects.toThrow(Died);
  expect(await ports.readers.list()).toEqual(before);
});

test('a token is listed for a month after its end, and then forgotten everywhere', async () => {
  const ending = (await create(READ, { expiresInDays: 1 })).stored;
  const lasting = (await create(READ, { expiresInDays: null })).stored;
  const after = (days: number) => ({ ...ports, clock: () => NOW + days * DAY * 1000 });
  expect(await removeExpiredTokens(after(30.9))).not.toContain(ending.id);
  expect(await ports.tokens.find(ending.id)).toMatchObject({ id: ending.id });
  const removed = await removeExpiredTokens(after(31));
  expect(removed).toContain(ending.id);
  expect(removed).not.toContain(lasting.id);
  expect(await ports.tokens.find(ending.id)).toBeUndefined();
  expect(await entryOf(ending.id)).toBeUndefined();
  expect(await ports.tokens.find(lasting.id)).toMatchObject({ id: lasting.id });
  expect(await removeExpiredTokens(after(31))).toEqual([]);
});
