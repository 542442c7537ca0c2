import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { makeKey, writeForeignIndex } from '#test/support/foreign-repository.ts';
import { largePackage } from '#test/support/large-package.ts';
import { type ServedRegistry, serveRegistry } from '#test/support/served-registry.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';
import { serveFolder } from '#test/support/web-server.ts';

let served: ServedRegistry;
let scratch: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  served = await serveRegistry();
  scratch = await temporaryFolder();
}, 60_000);
afterAll(async () => {
  await scratch.remove();
  await served.close();
});

test('a package that is larger than a request may be is imported, and once', async () => {
  const folder = join(scratch.folder, 'repository');
  await mkdir(folder);
  const large = createWriteStream(join(scratch.folder, 'large.apk'));
  Readable.from(largePackage(8, { name: 'large' })).pipe(large);
  await once(large, 'finish');
  const key = await makeKey(join(scratch.folder, 'keys'));
  const packages = [await readFile(join(scratch.folder, 'large.apk'))];
  await writeForeignIndex(folder, 'x86_64', { packages, key });
  const server = await serveFolder(folder);
  const run = () => served.run(['import', server.url, '--keys', key.path, '--to', 'acme/v3.22/main']);

  expect(await run()).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^1 published, 0 faults: 8\.\d MB/m),
  });
  await served.registry.standIns.queue.idle();
  expect(await run()).toMatchObject({ code: 0, stdout: expect.stringMatching(/1 already there, 0 faults/) });
  const { size } = await stat(join(folder, 'x86_64/large-1.0-r0.apk'));
  const verified = await served.run(['verify', `${served.registry.url}/acme/v3.22/main`, '--json']);
  expect(JSON.parse(verified.stdout)).toMatchObject({ packages: 1, bytes: size, faults: [] });
  await server.close();
}, 120_000);
