import { createHash, createVerify } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { decodeIndex } from '#apk/package-index.ts';
import { deletePackage } from '#registry/delete-package.ts';
import { indexKey, packageKey, publicKeyKey } from '#registry/object-keys.ts';
import type { PackageFileName, PackageRecord, RepositoryName } from '#registry/ports.ts';
import { publishPackage } from '#registry/publish-package.ts';
import { updateIndexes } from '#registry/update-indexes.ts';
import { buildPackage, type PackageContents } from '#test/support/build-package.ts';
import { Died, dyingAt, wrapping } from '#test/support/interrupted.ts';
import { startPorts, type TestRegistry } from '#test/support/registry-ports.ts';
import { changeOf, listedIn } from '#test/support/registry-state.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startPorts();
});
afterAll(() => registry.close());

let repositories = 0;
const newRepository = (): RepositoryName => ({
  owner: 'acme',
  branch: 'edge',
  repository: `repo${repositories++}`,
});

async function publish(repository: RepositoryName, contents: PackageContents): Promise<PackageRecord> {
  const file = await buildPackage(contents);
  return (await publishPackage({ repository, file, publishedBy: 'tester' }, registry.ports)).record;
}

const update = (...files: PackageFileName[]) =>
  updateIndexes(
    files.map((file) => changeOf(file)),
    registry.ports,
  );
const listed = (file: PackageFileName, arch = file.arch) => listedIn({ ...file, arch }, registry.ports);

test('an index lists what was published, signed by the key whose name the signature has', async () => {
  const repository = newRepository();
  const files = [await publish(repository, { name: 'b' }), await publish(repository, { name: 'a' })] as const;
  await update(...files);
  expect(await listed(files[0])).toEqual(['a-1.0-r0.apk', 'b-1.0-r0.apk']);
  const stored = await registry.ports.packages.get(indexKey(files[0]));
  const body = Buffer.from(stored?.body ?? '');
  const second = body.indexOf(Buffer.from([0x1f, 0x8b, 8]), 1);
  const [signer] = registry.ports.signers;
  const head = gunzipSync(body.subarray(0, second));
  expect(head.subarray(0, 100).toString().replaceAll('\0', '')).toBe(
    `.SIGN.RSA256.${await signer?.keyFileName()}`,
  );
  const verify = createVerify('RSA-SHA256').update(body.subarray(second));
  expect(verify.verify((await signer?.publicKey()) ?? '', head.subarray(512, 1024))).toBe(true);
});

test('the public key lies beside the branches of an owner who has an index', async () => {
  const file = await publish({ ...newRepository(), owner: 'keyed' }, {});
  await update(file);
  const [signer] = registry.ports.signers;
  const key = await registry.ports.packages.get(publicKeyKey('keyed', (await signer?.keyFileName()) ?? ''));
  expect(Buffer.from(key?.body ?? '').toString()).toBe(await signer?.publicKey());
});

test('an event that comes twice, or late, changes nothing', async () => {
  const repository = newRepository();
  const file = await publish(repository, {});
  await update(file, file);
  const before = await registry.ports.packages.head(indexKey(file));
  await update(file);
  expect(await registry.ports.packages.head(indexKey(file))).toEqual(before);
});

test('an object that nobody published is reported, and not listed', async () => {
  const repository = newRepository();
  const file = await publish(repository, {});
  await registry.ports.records.remove(file, file.claim, 'live');
  const { orphans, failed } = await update(file);
  expect(orphans).toEqual([packageKey(file)]);
  expect(failed).toEqual([]);
  expect(await listed(file)).toBeUndefined();
});

test('a file whose object was removed by hand leaves the index and the table', async () => {
  const repository = newRepository();
  const [foo, bar] = [await publish(repository, { name: 'foo' }), await publish(repository, { name: 'bar' })];
  await update(foo, bar);
  await registry.ports.packages.delete(packageKey(foo));
  await update(foo);
  expect(await listed(bar)).toEqual(['bar-1.0-r0.apk']);
  expect(await registry.ports.records.read([foo])).toEqual([]);
});

test.each([
  ['a text', Buffer.from('not an index')],
  ['an empty file', Buffer.alloc(0)],
  ['another archive', gzipSync('x')],
])('an index that was overwritten with %s is rebuilt whole by the next change', async (_, damage) => {
  const repository = newRepository();
  const [foo, bar] = [await publish(repository, { name: 'foo' }), await publish(repository, { name: 'bar' })];
  await update(foo);
  const { packages } = registry.ports;
  const etag = (await packages.head(indexKey(foo)))?.etag ?? '';
  const sha256 = createHash('sha256').update(damage).digest('hex');
  await packages.put(indexKey(foo), { body: damage, sha256, contentType: 'a/b', cacheControl: '' }, { etag });
  await update(bar);
  expect(await listed(foo)).toEqual(['bar-1.0-r0.apk', 'foo-1.0-r0.apk']);
});

describe('a noarch file', () => {
  test('is listed for every architecture of its repository, whichever came first', async () => {
    const repository = newRepository();
    const early = await publish(repository, { name: 'early', arch: 'noarch' });
    await update(early);
    const native = await publish(repository, { name: 'native', arch: 'x86_64' });
    await update(native);
    const late = await publish(repository, { name: 'late', arch: 'noarch' });
    await update(late);
    expect(await listed(early)).toEqual(['early-1.0-r0.apk', 'late-1.0-r0.apk']);
    expect(await listed(native)).toEqual(['early-1.0-r0.apk', 'late-1.0-r0.apk', 'native-1.0-r0.apk']);
    await deletePackage(early, registry.ports);
    await update(early);
    expect(await listed(late)).toEqual(['late-1.0-r0.apk']);
    expect(await listed(native)).toEqual(['late-1.0-r0.apk', 'native-1.0-r0.apk']);
    await deletePackage(native, registry.ports);
    await update(native);
    expect(await listed(native)).toEqual(['late-1.0-r0.apk']);
  });

  test('and a native one of the same name and version are two', async () => {
    const repository = newRepository();
    const files = [
      await publish(repository, { arch: 'noarch' }),
      await publish(repository, { arch: 'x86_64' }),
    ] as const;
    await update(...files);
    const index = await registry.ports.packages.get(indexKey(files[1]));
    const entries = await decodeIndex(index?.body ?? new Uint8Array());
    expect(entries.map(({ info }) => info.arch).sort()).toEqual(['noarch', 'x86_64']);
  });
});

describe('when the index cannot be written', () => {
  test('the change is brought again, and a deleted file keeps its record until then', async () => {
    const repository = newRepository();
    const [foo, bar] = [
      await publish(repository, { name: 'foo' }),
      await publish(repository, { name: 'bar' }),
    ];
    await update(foo, bar);
    await deletePackage(foo, registry.ports);
    const packages = dyingAt(registry.ports.packages, 'put', 'before');
    const { failed } = await updateIndexes([changeOf(foo, 'again')], { ...registry.ports, packages });
    expect(failed).toEqual(['again']);
    expect((await registry.ports.records.read([foo]))[0]?.state).toBe('deleting');
    await update(foo);
    expect(await listed(bar)).toEqual(['bar-1.0-r0.apk']);
    expect(await registry.ports.records.read([foo])).toEqual([]);
  });

  test.each(['put', 'head'])('the changes of other repositories are not held up (%s)', async (method) => {
    const [sick, well] = [await publish(newRepository(), {}), await publish(newRepository(), {})];
    const { packages } = registry.ports;
    const failing = new Proxy(packages, {
      get: (target, property) => {
        const value = Reflect.get(target, property, target);
        if (property !== method) return typeof value === 'function' ? value.bind(target) : value;
        return (key: string, ...rest: [never, never]) =>
          key.includes(sick.repository) ? Promise.reject(new Error('no')) : value.call(target, key, ...rest);
      },
    });
    const changes = [changeOf(sick, 'sick'), changeOf(well, 'well')];
    const { failed } = await updateIndexes(changes, { ...registry.ports, packages: failing });
    expect(failed).toEqual(['sick']);
    expect(await listed(well)).toEqual(['foo-1.0-r0.apk']);
  });
});

test('a delete that came in between a read and a write of the index is not forgotten', async () => {
  const repository = newRepository();
  const base = await publish(repository, { name: 'base' });
  await update(base);
  const foo = await publish(repository, { name: 'foo' });
  let interfere = true;
  const packages = wrapping(registry.ports.packages, 'put', async (call) => {
    if (interfere) {
      interfere = false;
      await deletePackage(foo, registry.ports);
      await update(foo);
    }
    return call();
  });
  const { failures } = await updateIndexes([changeOf(foo)], { ...registry.ports, packages });
  expect(failures).toEqual([]);
  expect(await listed(base)).toEqual(['base-1.0-r0.apk']);
});

test('a rebuild forgets no delete of a file that its own change did not name', async () => {
  const repository = newRepository();
  const [foo, bar] = [await publish(repository, { name: 'foo' }), await publish(repository, { name: 'bar' })];
  let interfere = true;
  const packages = wrapping(registry.ports.packages, 'put', async (call) => {
    if (interfere) {
      interfere = false;
      await deletePackage(foo, registry.ports);
      await deletePackage(bar, registry.ports);
      await update(foo, bar);
    }
    return call();
  });
  await updateIndexes([changeOf(bar)], { ...registry.ports, packages });
  expect(await listed(foo)).toBeUndefined();
});

test('a rebuild whose worker died before it looked again forgets no delete, once its event comes again', async () => {
  const repository = newRepository();
  const [foo, bar] = [await publish(repository, { name: 'foo' }), await publish(repository, { name: 'bar' })];
  const signers = registry.ports.signers.map((signer) =>
    wrapping(signer, 'sign', async (call) => {
      await deletePackage(foo, registry.ports);
      await deletePackage(bar, registry.ports);
      await update(foo);
      return call();
    }),
  );
  const indexWritten = () => {
    throw new Died('before it looked again');
  };
  const observer = { ...registry.ports.observer, indexWritten };
  const { failed } = await updateIndexes([changeOf(bar, 'again')], { ...registry.ports, signers, observer });
  expect(failed).toEqual(['again']);
  await updateIndexes([{ ...changeOf(bar), isRedelivered: true }], registry.ports);
  expect(await listed(foo)).toBeUndefined();
});

test('a claim that changed hands while its object was looked at is confirmed all the same', async () => {
  const repository = newRepository();
  const file = await publish(repository, {});
  const { records } = registry.ports;
  await records.remove(file, file.claim, 'live');
  await records.claim({ ...file, state: 'pending', claim: 'first' }, 0);
  let interfere = true;
  const packages = wrapping(registry.ports.packages, 'head', async (call) => {
    if (interfere) {
      interfere = false;
      await records.claim({ ...file, state: 'pending', claim: 'second' }, 0);
    }
    return call();
  });
  await updateIndexes([changeOf(file)], { ...registry.ports, packages });
  expect(await listed(file)).toEqual(['foo-1.0-r0.apk']);
});

test('many workers on the same index lose nothing, whatever the order and number of events', async () => {
  const repository = newRepository();
  const files = await Promise.all(
    Array.from({ length: 24 }, (_, i) =>
      publish(repository, { name: `p${i}`, arch: i % 4 === 0 ? 'noarch' : 'x86_64' }),
    ),
  );
  const workers = files.map(async (file, i) => {
    await update(file);
    if (i % 3 === 0) await deletePackage(file, registry.ports);
    let failed = ['again'];
    while (failed.length > 0) failed = (await update(file)).failed;
  });
  await Promise.all(workers);
  const names = (keep: (file: PackageRecord, i: number) => boolean) =>
    files
      .filter((file, i) => i % 3 !== 0 && keep(file, i))
      .map(({ name }) => `${name}-1.0-r0.apk`)
      .sort();
  expect((await listed({ ...(files[1] as PackageRecord) }))?.sort()).toEqual(names(() => true));
  expect((await listed({ ...(files[0] as PackageRecord) }))?.sort()).toEqual(
    names(({ arch }) => arch === 'noarch'),
  );
}, 60_000);
