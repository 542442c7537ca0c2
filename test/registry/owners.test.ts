import { ensureOwner, readVisibility, setVisibility } from '#registry/owners.ts';
import { publishPackage } from '#registry/publish-package.ts';
import type { Visibility } from '#registry/readers.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { Died, dyingAt, wrapping } from '#test/support/interrupted.ts';
import { startPorts, type TestRegistry } from '#test/support/registry-ports.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startPorts();
});
afterAll(() => registry.close());

let owners = 0;
const newOwner = () => `owner${owners++}`;
const said = async (place: string) => (await registry.ports.readers.list()).get(`v/${place}`);

async function publish(owner: string, contents: Parameters<typeof buildPackage>[0] = {}, ports = {}) {
  const repository = { owner, branch: 'edge', repository: 'main' };
  const file = await buildPackage(contents);
  return publishPackage({ repository, file, publishedBy: 'tester' }, { ...registry.ports, ...ports });
}

describe('the first publish of an owner', () => {
  test.each(['private', 'public'] as const)(
    'says that it is %s, as the default is',
    async (defaultVisibility) => {
      const owner = newOwner();
      await publish(owner, {}, { defaultVisibility });
      expect(await registry.ports.owners.visibility(owner)).toBe(defaultVisibility);
      expect(await said(owner)).toBe(defaultVisibility);
    },
  );

  test('changes nothing that was said before, nor does another default later', async () => {
    const owner = newOwner();
    await setVisibility(owner, 'public', registry.ports);
    await publish(owner);
    expect(await said(owner)).toBe('public');
    await publish(owner, { name: 'other' }, { defaultVisibility: 'private' });
    expect([await registry.ports.owners.visibility(owner), await said(owner)]).toEqual(['public', 'public']);
  });

  test('is of a package: a file that is none leaves nothing behind', async () => {
    const owner = newOwner();
    const repository = { owner, branch: 'edge', repository: 'main' };
    const request = { repository, file: Buffer.from('none'), publishedBy: 'tester' };
    await expect(publishPackage(request, registry.ports)).rejects.toThrow();
    expect([await registry.ports.owners.visibility(owner), await said(owner)]).toEqual([
      undefined,
      undefined,
    ]);
  });

  test('keeps the private owner that somebody makes at the same time', async () => {
    const owner = newOwner();
    const racing = wrapping(registry.ports.owners, 'addVisibility', async (add) => {
      await setVisibility(owner, 'private', registry.ports);
      return add();
    });
    await ensureOwner(owner, { ...registry.ports, owners: racing, defaultVisibility: 'public' });
    expect([await registry.ports.owners.visibility(owner), await said(owner)]).toEqual([
      'private',
      'private',
    ]);
  });
});

test('what was said of a repository outlives its next publish, of another architecture too', async () => {
  const owner = newOwner();
  await publish(owner);
  await setVisibility(`${owner}/edge/main`, 'public', registry.ports);
  const { records } = await startAnother();
  await publish(owner, { name: 'b' }, { records });
  await publish(owner, { name: 'c', arch: 'aarch64' }, { records });
  expect(await registry.ports.owners.visibility(`${owner}/edge/main`)).toBe('public');
});

/** The records of another process, which does not know yet what it has listed. */
async function startAnother() {
  const { adapters } = await import('#aws/adapters.ts');
  const { ENVIRONMENT } = await import('#test/support/registry-ports.ts');
  return adapters(ENVIRONMENT, registry.standIns.clients);
}

describe('whoever dies while it changes the visibility', () => {
  const CHANGES: [Visibility | undefined, Visibility | undefined][] = [
    ['public', 'private'],
    ['private', 'public'],
    ['public', undefined],
    ['private', undefined],
    [undefined, 'public'],
    [undefined, 'private'],
  ];
  const DEATHS = [
    ['owners', 'setVisibility', 'before'],
    ['owners', 'setVisibility', 'after'],
    ['readers', 'update', 'before'],
    ['readers', 'update', 'after'],
  ] as const;

  test.each(CHANGES.flatMap((change) => DEATHS.map((death) => [...change, ...death] as const)))(
    'from %s to %s at %s.%s, %s it, leaves nothing open that one of both closes, and can do it again',
    async (from, to, port, method, when) => {
      const place = `${newOwner()}/edge/main`;
      const { ports } = registry;
      await setVisibility(place, from, ports);
      const dying = { ...ports, [port]: dyingAt<object>(ports[port], method as never, when) };
      await expect(setVisibility(place, to, dying)).rejects.toThrow(Died);
      const open = (visibility: Visibility | undefined) => visibility === 'public';
      const table = await ports.owners.visibility(place);
      if (open((await said(place)) as Visibility | undefined))
        expect([open(table), table]).toEqual([true, 'public']);
      await setVisibility(place, to, ports);
      expect([await ports.owners.visibility(place), await said(place)]).toEqual([to, to]);
    },
  );
});

test('of two who change it at once, the table and the readers say the same afterwards', async () => {
  const owner = newOwner();
  for (let round = 0; round < 5; round++) {
    const both = (['public', 'private'] as const).map((each) => setVisibility(owner, each, registry.ports));
    await Promise.all(both);
    expect(await said(owner)).toBe(await registry.ports.owners.visibility(owner));
  }
});

test('a repository is as its owner, and an owner as all, where nothing is said of it', async () => {
  const owner = newOwner();
  const place = `${owner}/edge/main`;
  expect(await readVisibility(place, registry.ports)).toEqual({
    visibility: 'inherit',
    effective: 'private',
  });
  await setVisibility(owner, 'public', registry.ports);
  expect(await readVisibility(place, registry.ports)).toEqual({ visibility: 'inherit', effective: 'public' });
});
