import { setVisibility } from '#registry/owners.ts';
import { reconcile } from '#registry/reconcile.ts';
import { type ReaderToken, reconcileReaders } from '#registry/reconcile-readers.ts';
import { EVERYTHING } from '#registry/rights.ts';
import { Died, dyingAt, wrapping } from '#test/support/interrupted.ts';
import { startPorts, type TestRegistry } from '#test/support/registry-ports.ts';

let registry: TestRegistry;
beforeEach(async () => {
  registry = await startPorts();
});
afterEach(() => registry.close());

const tokensOf = (...tokens: ReaderToken[]) => ({ list: async () => tokens });
const reader: ReaderToken = { id: 'a'.repeat(16), sha256: 'ab', grants: EVERYTHING };
const entries = async () => Object.fromEntries(await registry.ports.readers.list());

test('the readers are made to say what the table says, and it is told what differed', async () => {
  const { ports } = registry;
  await setVisibility('acme', 'public', ports);
  await setVisibility('acme/edge/main', 'private', ports);
  await setVisibility('other', 'public', ports);
  await ports.readers.update(
    new Map([
      ['v', 'public'],
      ['v/acme', undefined],
      ['v/acme/edge/main', 'public'],
      ['v/stray', 'public'],
      ['t/revoked', '{}'],
    ]),
  );
  const findings = await reconcileReaders({ ...ports, tokens: tokensOf(reader) });
  expect(await entries()).toEqual({
    v: 'private',
    'v/acme': 'public',
    'v/acme/edge/main': 'private',
    'v/other': 'public',
    't/aaaaaaaaaaaaaaaa': '{"h":"ab","e":0,"on":["*"]}',
  });
  expect(findings.map(({ kind, key }) => `${kind} ${key}`).sort()).toEqual([
    'reader-removed t/revoked',
    'reader-removed v/stray',
    'reader-written t/aaaaaaaaaaaaaaaa',
    'reader-written v',
    'reader-written v/acme',
    'reader-written v/acme/edge/main',
  ]);
  expect(await reconcileReaders({ ...ports, tokens: tokensOf(reader) })).toEqual([]);
});

test('a token that reads nothing is not known to the readers, and one that ends says when', async () => {
  const publisher: ReaderToken = { id: 'publisher', sha256: 'cd', grants: [{ allow: ['publish'], on: '*' }] };
  await reconcileReaders({
    ...registry.ports,
    tokens: tokensOf(publisher, { ...reader, expiresAt: 1_800_000_000 }),
  });
  expect(Object.keys(await entries())).toEqual(['t/aaaaaaaaaaaaaaaa', 'v']);
  expect(JSON.parse((await entries())['t/aaaaaaaaaaaaaaaa'] ?? '')).toMatchObject({ e: 1_800_000_000 });
});

test('more entries than one update takes are all written', async () => {
  const tokens = Array.from({ length: 120 }, (_, i) => ({ ...reader, id: `token${i}` }));
  expect(await reconcileReaders({ ...registry.ports, tokens: tokensOf(...tokens) })).toHaveLength(120);
  expect((await registry.ports.readers.list()).size).toBe(121);
});

test('what is closed while it is compared is closed when it ends', async () => {
  const { ports } = registry;
  await setVisibility('acme', 'public', ports);
  await ports.readers.update(new Map([['v/acme', undefined]]));
  let isFirst = true;
  const readers = wrapping(ports.readers, 'update', async (update) => {
    if (isFirst) {
      isFirst = false;
      await setVisibility('acme', 'private', ports);
    }
    return update();
  });
  await reconcileReaders({ ...ports, readers });
  expect(await entries()).toMatchObject({ 'v/acme': 'private' });
});

test('the daily comparison heals the readers, and says so if it cannot', async () => {
  const { ports } = registry;
  await ports.readers.update(new Map([['v', undefined]]));
  const readers = dyingAt(ports.readers, 'list', 'before');
  expect((await reconcile({ ...ports, readers })).failed).toEqual([
    { key: 'readers', error: expect.any(Died) },
  ]);
  expect((await reconcile(ports)).healed).toEqual([{ kind: 'reader-written', key: 'v' }]);
  expect((await reconcile(ports)).healed).toEqual([]);
});
