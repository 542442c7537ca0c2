import type { TrustPolicy } from '#registry/trust.ts';
import { startPorts, type TestRegistry } from '#test/support/registry-ports.ts';

const NOW = 1_800_000_000;

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startPorts();
});
afterAll(() => registry.close());

const policy = (id: string, changes: Partial<TrustPolicy> = {}): TrustPolicy => ({
  id,
  name: 'ci of tools',
  issuer: 'https://ci.example.com',
  jwksUri: 'https://ci.example.com/keys',
  audience: 'https://apk.example.com',
  conditions: [
    { claim: 'project', equals: 'tools' },
    { claim: 'event', noneOf: ['pull_request'] },
  ],
  grants: [{ allow: ['publish'], on: 'acme' }],
  maxLifeSeconds: 900,
  createdBy: 'me',
  createdAt: NOW,
  ...changes,
});

test('policies read back as they were written, those of one issuer by themselves, over all pages', async () => {
  const { policies } = registry.ports;
  const padding = { name: 'x'.repeat(40_000) };
  const mine = Array.from({ length: 30 }, (_, i) => policy(`mine${i}`, padding));
  const others = Array.from({ length: 30 }, (_, i) =>
    policy(`other${i}`, { ...padding, issuer: 'https://x' }),
  );
  await Promise.all([...mine, ...others].map((each) => policies.add(each)));
  const found = await policies.ofIssuer('https://ci.example.com');
  expect(found).toHaveLength(30);
  expect(found).toEqual(expect.arrayContaining(mine));
  expect(await policies.list()).toHaveLength(60);
  expect(await policies.ofIssuer('https://ci.example.com/')).toEqual([]);
  await policies.remove('mine0');
  await policies.remove('mine0');
  expect(await policies.ofIssuer('https://ci.example.com')).toHaveLength(29);
});

test('of many who use a token at once, one is the first', async () => {
  const { usedJwts } = registry.ports;
  const uses = await Promise.all(Array.from({ length: 12 }, () => usedJwts.claim('one', NOW + 300, NOW)));
  expect(uses.filter((isFirst) => isFirst)).toHaveLength(1);
  expect(await usedJwts.claim('other', NOW + 300, NOW)).toBe(true);
});

test('a use is remembered until its end, though the table forgets later', async () => {
  const { usedJwts } = registry.ports;
  await usedJwts.claim('ending', NOW, NOW - 300);
  expect(await usedJwts.claim('ending', NOW + 300, NOW)).toBe(false);
  expect(await usedJwts.claim('ending', NOW + 300, NOW + 1)).toBe(true);
});
