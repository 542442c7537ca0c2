import type { PackageRecord } from '#registry/ports.ts';
import { describeStores } from '#test/support/emulators.ts';
import { START_TIMEOUT } from '#test/support/moto.ts';
import { MOTO, testUnlessLuck } from '#test/support/moto-differs.ts';
import { type StoresUnderTest, startStores } from '#test/support/stores-under-test.ts';

const NOW = 1_800_000_000;

let files = 0;
const record = (changes: Partial<PackageRecord> = {}): PackageRecord => ({
  owner: 'acme',
  branch: 'v3.22',
  repository: 'main',
  arch: 'x86_64',
  name: `file${files++}`,
  version: '1.0-r0',
  state: 'pending',
  claim: `claim${files}`,
  leaseUntil: NOW + 900,
  sha256: 'aa',
  size: 1,
  checksum: 'Q1',
  info: {
    name: 'foo',
    version: '1.0-r0',
    arch: 'x86_64',
    description: '',
    url: '',
    license: '',
    depends: ['so:libc.so'],
    provides: [],
    installIf: [],
    replaces: [],
    triggers: [],
  },
  publishedBy: 'me',
  publishedAt: NOW,
  ...changes,
});

describeStores((emulator) => {
  let registry: StoresUnderTest;
  beforeAll(async () => {
    registry = await startStores(emulator);
  }, START_TIMEOUT);
  afterAll(() => registry.close());

  describe('a claim', () => {
    testUnlessLuck(emulator, MOTO.racesWithItself)(
      'is had by exactly one of many who want the same file',
      async () => {
        const { records } = registry.ports;
        const file = record();
        const claims = Array.from({ length: 12 }, (_, i) => ({ ...file, claim: `c${i}`, sha256: `sha${i}` }));
        const holders = await Promise.all(claims.map((claim) => records.claim(claim, NOW)));
        expect(holders.filter((holder) => holder === undefined)).toHaveLength(1);
        const [stored] = await records.read([file]);
        for (const holder of holders) if (holder) expect(holder).toEqual(stored);
      },
    );

    test('reads back as it was written', async () => {
      const { records } = registry.ports;
      const file = record({ info: { ...record().info, description: 'Grüße ☃', installedSize: 4096 } });
      await records.claim(file, NOW);
      expect(await records.read([file])).toEqual([file]);
    });

    test('can be taken over with the same content, at any time', async () => {
      const { records } = registry.ports;
      const file = record();
      await records.claim(file, NOW);
      expect(await records.claim({ ...file, claim: 'mine' }, NOW)).toBeUndefined();
      expect((await records.read([file]))[0]?.claim).toBe('mine');
    });

    test('can be taken over with other content when its lease has ended, not before', async () => {
      const { records } = registry.ports;
      const file = record();
      await records.claim(file, NOW);
      const other = { ...file, claim: 'mine', sha256: 'bb' };
      expect(await records.claim(other, NOW + 900)).toEqual(file);
      expect(await records.claim(other, NOW + 901)).toBeUndefined();
    });

    test.each(['live', 'deleting'] as const)(
      'does not take a %s file, not even with the same content',
      async (state) => {
        const { records } = registry.ports;
        const file = record();
        await records.claim(file, NOW);
        await records.transition(file, file.claim, 'pending', state);
        expect(await records.claim({ ...file, claim: 'mine' }, NOW + 10_000)).toMatchObject({
          ...file,
          state,
        });
      },
    );

    test('takes over a file that is being deleted only in place of the claim that it names', async () => {
      const { records } = registry.ports;
      const file = record();
      const mine = { ...file, claim: 'mine' };
      await records.claim(file, NOW);
      expect(await records.takeOver(mine, file.claim)).toBe(false);
      await records.transition(file, file.claim, 'pending', 'deleting');
      expect(await records.takeOver(mine, 'stranger')).toBe(false);
      expect(await records.takeOver(mine, file.claim)).toBe(true);
      expect(await records.read([file])).toEqual([mine]);
      await records.remove(file, 'mine', 'pending');
      expect(await records.takeOver(mine, file.claim)).toBe(false);
    });

    test('lists the architecture under its repository', async () => {
      const { records } = registry.ports;
      const repository = { owner: 'arch', branch: 'b', repository: 'r' };
      for (const arch of ['x86_64', 'noarch', 'x86_64'])
        await records.claim(record({ ...repository, arch }), NOW);
      expect((await records.architectures(repository)).sort()).toEqual(['noarch', 'x86_64']);
      expect(await records.architectures({ ...repository, repository: 'other' })).toEqual([]);
    });
  });

  describe('a transition and a removal', () => {
    test('happen only for the claim that holds the record, in the state it is in', async () => {
      const { records } = registry.ports;
      const file = record();
      await records.claim(file, NOW);
      expect(await records.transition(file, 'stranger', 'pending', 'live')).toBe(false);
      expect(await records.transition(file, file.claim, 'live', 'deleting')).toBe(false);
      expect(await records.transition(file, file.claim, 'pending', 'live')).toBe(true);
      expect(await records.remove(file, file.claim, 'deleting')).toBe(false);
      expect(await records.remove(file, 'stranger', 'live')).toBe(false);
      expect(await records.remove(file, file.claim, 'live')).toBe(true);
      expect(await records.read([file])).toEqual([]);
    });

    test('make no record of a file that has none', async () => {
      const { records } = registry.ports;
      const file = record();
      expect(await records.transition(file, file.claim, 'pending', 'live')).toBe(false);
      expect(await records.remove(file, file.claim, 'pending')).toBe(false);
      expect(await records.read([file])).toEqual([]);
    });
  });

  test('more records than one request carries are read and listed whole', async () => {
    const { records } = registry.ports;
    const index = { owner: 'big', branch: 'b', repository: 'r', arch: 'x86_64' };
    const padding = 'x'.repeat(20_000);
    const many = Array.from({ length: 130 }, () =>
      record({ ...index, info: { ...record().info, description: padding } }),
    );
    await Promise.all(many.map((each) => records.claim(each, NOW)));
    expect(await records.read(many)).toHaveLength(130);
    expect(await records.list(index)).toHaveLength(130);
    expect(await records.list({ ...index, arch: 'x86' })).toEqual([]);
  });

  test('every repository that was ever claimed in is found, once, over all pages of the table', async () => {
    const { records } = registry.ports;
    const names = ['one', 'two', 'three'].map((repository) => ({
      owner: 'every',
      branch: 'v3.22',
      repository,
    }));
    const padding = 'x'.repeat(30_000);
    for (const name of [...names, ...names]) {
      for (let i = 0; i < 15; i++) {
        const info = { ...record().info, description: padding };
        await records.claim(record({ ...name, info, arch: i % 2 === 0 ? 'x86_64' : 'noarch' }), NOW);
      }
    }
    const found = [];
    for await (const repository of records.repositories()) {
      if (repository.owner === 'every') found.push(repository);
    }
    expect(found).toHaveLength(3);
    expect(found).toEqual(expect.arrayContaining(names));
  });

  test('a record says since when it is being deleted', async () => {
    const { records } = registry.ports;
    const file = record();
    const before = Math.floor(Date.now() / 1000);
    await records.claim(file, NOW);
    await records.transition(file, file.claim, 'pending', 'live');
    expect((await records.read([file]))[0]?.deletingSince).toBeUndefined();
    await records.transition(file, file.claim, 'live', 'deleting');
    const since = (await records.read([file]))[0]?.deletingSince ?? 0;
    expect(since).toBeGreaterThanOrEqual(before);
    expect(since).toBeLessThanOrEqual(Date.now() / 1000);
  });
});
