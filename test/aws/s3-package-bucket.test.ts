import { createHash } from 'node:crypto';
import { describeStores } from '#test/support/emulators.ts';
import { START_TIMEOUT } from '#test/support/moto.ts';
import { MOTO, testDespite, testUnlessLuck } from '#test/support/moto-differs.ts';
import { type StoresUnderTest, startStores } from '#test/support/stores-under-test.ts';

const sha256 = (body: Uint8Array) => createHash('sha256').update(body).digest('hex');

const object = (text: string) => {
  const body = Buffer.from(text);
  return { body, sha256: sha256(body), contentType: 'text/plain', cacheControl: 'max-age=10' };
};

describeStores((emulator) => {
  let registry: StoresUnderTest;
  beforeAll(async () => {
    registry = await startStores(emulator);
  }, START_TIMEOUT);
  afterAll(() => registry.close());

  test('what is stored is read back', async () => {
    const { packages } = registry.ports;
    expect(await packages.put('a/libstdc++-1~x.apk', object('one'), { absent: true })).toBe(true);
    const stored = await packages.get('a/libstdc++-1~x.apk');
    expect(Buffer.from(stored?.body ?? '').toString()).toBe('one');
    expect(await packages.head('a/libstdc++-1~x.apk')).toMatchObject({
      etag: stored?.etag,
      size: 3,
      lastModified: expect.any(Number),
    });
  });

  testDespite(emulator, MOTO.forgetsChecksums)('what is stored says its checksum', async () => {
    const { packages } = registry.ports;
    await packages.put('summed', object('one'), { absent: true });
    expect((await packages.head('summed'))?.sha256).toBe(object('one').sha256);
  });

  test('what is not there is undefined', async () => {
    const { packages } = registry.ports;
    expect(await packages.get('none')).toBeUndefined();
    expect(await packages.head('none')).toBeUndefined();
  });

  test('an object is stored only where none is, or on the one that was read', async () => {
    const { packages } = registry.ports;
    await packages.put('b', object('one'), { absent: true });
    expect(await packages.put('b', object('two'), { absent: true })).toBe(false);
    const etag = (await packages.head('b'))?.etag ?? '';
    expect(await packages.put('b', object('two'), { etag })).toBe(true);
    expect(await packages.put('b', object('three'), { etag })).toBe(false);
    expect(await packages.put('gone', object('three'), { etag })).toBe(false);
  });

  testUnlessLuck(emulator, MOTO.racesWithItself)('of many writers on the same object, one wins', async () => {
    const { packages } = registry.ports;
    const writes = Array.from({ length: 10 }, (_, i) =>
      packages.put('c', object(`writer ${i}`), { absent: true }),
    );
    expect((await Promise.all(writes)).filter(Boolean)).toHaveLength(1);
  });

  test('an object is removed only if it is the one that was meant', async () => {
    const { packages } = registry.ports;
    await packages.put('d', object('one'), { absent: true });
    const etag = (await packages.head('d'))?.etag ?? '';
    expect(await packages.delete('d', '"0"')).toBe(false);
    expect(await packages.delete('d', etag)).toBe(true);
    expect(await packages.delete('d', etag)).toBe(false);
    expect(await packages.delete('d')).toBe(true);
  });

  testDespite(emulator, MOTO.storesAnyBody)('a body that is not what it says to be is refused', async () => {
    const { packages } = registry.ports;
    const lie = { ...object('one'), sha256: sha256(Buffer.from('two')) };
    await expect(packages.put('e', lie, { absent: true })).rejects.toThrow();
    expect(await packages.head('e')).toBeUndefined();
  });

  test('everything under a prefix is listed, over all pages, with the keys as they are', async () => {
    const { packages } = registry.ports;
    const odd = ['list/a + b%2B~.txt', 'list/\u0001é', 'list/sub/libstdc++-1.apk'];
    const many = Array.from({ length: 1005 }, (_, i) => `list/z${String(i).padStart(4, '0')}`);
    const unstored = [...odd, ...many];
    while (unstored.length > 0) {
      const some = unstored.splice(-40).map((key) => packages.put(key, object(key), { absent: true }));
      await Promise.all(some);
    }
    await packages.put('listed-not', object('x'), { absent: true });
    const found = [];
    for await (const each of packages.list('list/')) found.push(each);
    expect(found.map(({ key }) => key).sort()).toEqual([...odd, ...many].sort());
    expect(found.find(({ key }) => key === 'list/z0000')).toEqual({ key: 'list/z0000', size: 10 });
  });
});
