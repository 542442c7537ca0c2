import { countCalls } from '#test/support/count-calls.ts';
import { startPorts, type TestRegistry } from '#test/support/registry-ports.ts';

let registry: TestRegistry;
beforeEach(async () => {
  registry = await startPorts();
});
afterEach(() => registry.close());

const pairs = (count: number, value: string | undefined = 'x') =>
  new Map(Array.from({ length: count }, (_, i) => [`k${String(i).padStart(4, '0')}`, value] as const));

test('more than 50 changes are all made, 50 at a time, and all of them read', async () => {
  const { readers } = registry.ports;
  const calls = countCalls(registry.standIns.clients);
  await readers.update(pairs(120));
  expect(calls.made()['KeyValueStore UpdateKeys']).toBe(3);
  expect([...(await readers.list())]).toEqual([['v', 'private'], ...pairs(120)].sort());
});

test('what is changed to nothing is gone, however often it is asked for', async () => {
  const { readers } = registry.ports;
  await readers.update(pairs(3));
  const change = new Map<string, string | undefined>([
    ['k0000', undefined],
    ['k0001', 'y'],
    ['new', 'z'],
  ]);
  await readers.update(change);
  await readers.update(change);
  await readers.update(new Map([['never', undefined]]));
  expect(Object.fromEntries(await readers.list())).toEqual({
    v: 'private',
    k0001: 'y',
    k0002: 'x',
    new: 'z',
  });
});

test('of many who change it at once, none is lost', async () => {
  const { readers } = registry.ports;
  await Promise.all([...pairs(12)].map((pair) => readers.update(new Map([pair]))));
  expect((await readers.list()).size).toBe(13);
});

test('what cannot be stored is an error, and is not tried for ever', async () => {
  const { readers } = registry.ports;
  await expect(readers.update(new Map([['a', 'x'.repeat(1025)]]))).rejects.toThrow();
  expect((await readers.list()).has('a')).toBe(false);
});
