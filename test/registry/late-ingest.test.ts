import { deletePackage } from '#registry/delete-package.ts';
import { ingestUpload } from '#registry/ingest-upload.ts';
import { updateIndexes } from '#registry/update-indexes.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { Died, dyingAt, wrapping } from '#test/support/interrupted.ts';
import { startPorts, type TestRegistry } from '#test/support/registry-ports.ts';
import { changeOf, fileOf } from '#test/support/registry-state.ts';
import { uploadFile } from './uploads-under-test.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startPorts();
});
afterAll(() => registry.close());

test('an upload whose event came twice does not bring back what was published by one and deleted while the other slept', async () => {
  const { ports } = registry;
  const { id, owner, branch, repository } = await uploadFile(await buildPackage(), registry);
  const file = fileOf(`${owner}/${branch}/${repository}/x86_64/foo-1.0-r0.apk`);
  let isAsleep = true;
  const packages = wrapping(ports.packages, 'copy', async (copy) => {
    if (!isAsleep) return copy();
    isAsleep = false;
    const incoming = dyingAt(ports.incoming, 'remove', 'before');
    await expect(ingestUpload(id, { ...ports, incoming })).rejects.toThrow(Died);
    await deletePackage(file, ports);
    await updateIndexes([changeOf(file)], ports);
    return copy();
  });
  await ingestUpload(id, { ...ports, packages });
  expect(await ports.records.read([file])).toEqual([]);
  expect(await ports.uploads.find(id)).toMatchObject({ state: 'published' });
});
