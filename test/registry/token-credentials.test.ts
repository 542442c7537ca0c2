import { createFirstToken } from '#registry/create-token.ts';
import { EVERYTHING } from '#registry/rights.ts';
import { type TokenCredentialsPorts, tokenCredentials } from '#registry/token-credentials.ts';
import type { TokenPorts, TokenStore } from '#registry/tokens.ts';
import { wrapping } from '#test/support/interrupted.ts';
import { readersInMemory } from '#test/support/readers-in-memory.ts';
import { silentObserver, startPorts, type TestRegistry } from '#test/support/registry-ports.ts';

const HOUR = 60 * 60 * 1000;

let registry: TestRegistry;
let now: number;
let ports: TokenCredentialsPorts & TokenPorts;
beforeAll(async () => {
  registry = await startPorts();
});
beforeEach(() => {
  now = Date.UTC(2026, 2, 1, 12);
  ports = {
    tokens: registry.ports.tokens,
    readers: readersInMemory(),
    clock: () => now,
    observer: silentObserver,
  };
});
afterAll(() => registry.close());

const create = () => createFirstToken({ name: 'ci', grants: EVERYTHING, expiresInDays: 30 }, ports);

/** The same store, and the days that were noted in it. */
function countingUses(tokens: TokenStore): { tokens: TokenStore; uses: string[] } {
  const uses: string[] = [];
  const use: TokenStore['use'] = async (token, day) => {
    uses.push(day);
    await tokens.use(token, day);
  };
  return { tokens: new Proxy(tokens, { get: (store, name) => pick(store, name, use) }), uses };
}

function pick(store: TokenStore, name: string | symbol, use: TokenStore['use']) {
  const value = Reflect.get(store, name, store);
  return name === 'use' ? use : value.bind(store);
}

test('whoever has a token is who it names, until it ends', async () => {
  const { token, stored } = await create();
  expect(await tokenCredentials(ports).find(token)).toEqual({
    name: `ci (alp_${stored.id})`,
    grants: stored.grants,
    tokenId: stored.id,
    expiresAt: stored.expiresAt,
  });
});

test('the day of a use is noted once, however often the token is used', async () => {
  const { token, stored } = await create();
  const { tokens, uses } = countingUses(ports.tokens);
  const credentials = tokenCredentials({ ...ports, tokens });
  for (let i = 0; i < 5; i++) await credentials.find(token);
  expect(uses).toEqual(['2026-03-01']);
  now += 12 * HOUR;
  for (let i = 0; i < 5; i++) await credentials.find(token);
  expect(uses).toEqual(['2026-03-01', '2026-03-02']);
  expect(await ports.tokens.find(stored.id)).toMatchObject({ lastUsedOn: '2026-03-02' });
});

test('a token lets its holder in, though the day cannot be noted; that is logged', async () => {
  const { token } = await create();
  const logged: unknown[] = [];
  const tokens = wrapping(ports.tokens, 'use', async () => {
    throw new Error('throttled');
  });
  const credentials = tokenCredentials({
    ...ports,
    tokens,
    observer: { failed: (error) => logged.push(error) },
  });
  expect(await credentials.find(token)).toMatchObject({ grants: EVERYTHING });
  expect(await tokenCredentials({ ...ports, tokens }).find(token)).toBeDefined();
  expect(logged).toEqual([expect.objectContaining({ message: 'throttled' })]);
});

test('a guess at a token notes no use', async () => {
  const { token, stored } = await create();
  const { tokens, uses } = countingUses(ports.tokens);
  const credentials = tokenCredentials({ ...ports, tokens });
  expect(await credentials.find(`alp_${stored.id}_${'A'.repeat(43)}`)).toBeUndefined();
  expect(await credentials.find(`alp_${'a'.repeat(16)}_${token.slice(-43)}`)).toBeUndefined();
  now += 31 * 24 * HOUR;
  expect(await credentials.find(token)).toBeUndefined();
  expect(uses).toEqual([]);
});

test('a token that is revoked while it is used is not brought back by the note of its use', async () => {
  const { token, stored } = await create();
  const tokens = wrapping(ports.tokens, 'use', async (call) => {
    await ports.tokens.remove(stored.id);
    await call();
  });
  await tokenCredentials({ ...ports, tokens }).find(token);
  expect(await ports.tokens.find(stored.id)).toBeUndefined();
  expect(await tokenCredentials(ports).find(token)).toBeUndefined();
});

test('the hash of a token, which the readers know, is not taken for it', async () => {
  const { stored } = await create();
  expect(await tokenCredentials(ports).find(stored.sha256)).toBeUndefined();
  expect(
    await tokenCredentials(ports).find(`alp_${stored.id}_${stored.sha256.slice(0, 43)}`),
  ).toBeUndefined();
});
