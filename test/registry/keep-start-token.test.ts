import { createFirstToken } from '#registry/create-token.ts';
import { keepStartToken } from '#registry/keep-start-token.ts';
import { EVERYTHING } from '#registry/rights.ts';
import { type TokenCredentialsPorts, tokenCredentials } from '#registry/token-credentials.ts';
import { makeToken } from '#registry/token-text.ts';
import type { TokenPorts } from '#registry/tokens.ts';
import { Died, dyingAt } from '#test/support/interrupted.ts';
import { readersInMemory } from '#test/support/readers-in-memory.ts';
import { silentObserver, startPorts, type TestRegistry } from '#test/support/registry-ports.ts';

let registry: TestRegistry;
let ports: TokenCredentialsPorts & TokenPorts;
beforeAll(async () => {
  registry = await startPorts();
});
beforeEach(async () => {
  const { tokens } = registry.ports;
  ports = { tokens, readers: readersInMemory(), clock: Date.now, observer: silentObserver };
  for (const { id } of await tokens.list()) await tokens.remove(id);
});
afterAll(() => registry.close());

const grantsOf = async (token: string) => (await tokenCredentials(ports).find(token))?.grants;

test.each([
  ['of the form that is made here', makeToken().token],
  ['of the form that was made before', `alp_${'x'.repeat(43)}`],
  ['of any form', 'my.own~token'],
])('a token %s has every right, and is the same at the next start', async (_form, token) => {
  await keepStartToken(token, ports);
  expect(await grantsOf(token)).toEqual(EVERYTHING);
  const kept = await ports.tokens.list();
  expect([...(await ports.readers.list()).keys()]).toEqual([`t/${kept[0]?.id}`]);
  await keepStartToken(token, ports);
  expect(await ports.tokens.list()).toEqual(kept);
});

test.each([
  ['my.own~token', 'my.other~token'],
  ['my.own~token', makeToken().token],
  [makeToken().token, 'my.own~token'],
  [makeToken().token, makeToken().token],
])('started with another token, the one before it has ended', async (before, after) => {
  await keepStartToken(before, ports);
  await keepStartToken(after, ports);
  expect(await grantsOf(before)).toBeUndefined();
  expect(await grantsOf(after)).toEqual(EVERYTHING);
  expect(await ports.tokens.list()).toHaveLength(1);
  expect(await ports.readers.list()).toHaveProperty('size', 1);
});

test('tokens that people made are left as they are', async () => {
  const { token } = await createFirstToken({ name: 'ci', grants: [{ allow: ['read'], on: 'acme' }] }, ports);
  await keepStartToken('my.own~token', ports);
  await keepStartToken('my.other~token', ports);
  expect(await grantsOf(token)).toEqual([{ allow: ['read'], on: 'acme' }]);
});

test('a token that had fewer rights has every right when the registry is started with it', async () => {
  const { token } = await createFirstToken({ name: 'ci', grants: [{ allow: ['read'], on: 'acme' }] }, ports);
  await keepStartToken(token, ports);
  expect(await grantsOf(token)).toEqual(EVERYTHING);
});

test.each([
  ['tokens', 'remove', 'before'],
  ['tokens', 'add', 'before'],
  ['readers', 'update', 'before'],
] as const)('a start that dies in %s.%s is made good by the next', async (port, method, when) => {
  await keepStartToken('my.own~token', ports);
  const dying = { ...ports, [port]: dyingAt(ports[port], method as never, when) };
  await expect(keepStartToken('my.other~token', dying)).rejects.toThrow(Died);
  await keepStartToken('my.other~token', ports);
  expect(await grantsOf('my.own~token')).toBeUndefined();
  expect(await grantsOf('my.other~token')).toEqual(EVERYTHING);
  expect(await ports.readers.list()).toHaveProperty('size', 1);
});
