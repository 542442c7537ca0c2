import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildPackage } from '#test/support/build-package.ts';
import { type ForeignKey, makeKey, writeForeignIndex } from '#test/support/foreign-repository.ts';
import { builtCommand } from '#test/support/once-a-run/built-programs.ts';
import { type ServedRegistry, START_TOKEN, serveRegistry } from '#test/support/served-registry.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';
import { until } from '#test/support/until.ts';
import { serveFolder, type WebServer } from '#test/support/web-server.ts';

const COUNT = 20;
/** In the order of the index. */
const nameOf = (i: number) => `p${10 + i}`;

let served: ServedRegistry;
let scratch: Awaited<ReturnType<typeof temporaryFolder>>;
let key: ForeignKey;
let server: WebServer;
let temporary: string;

beforeAll(async () => {
  served = await serveRegistry();
  scratch = await temporaryFolder();
  const folder = join(scratch.folder, 'repository');
  temporary = join(scratch.folder, 'tmp');
  await mkdir(temporary);
  key = await makeKey(join(scratch.folder, 'keys'));
  const packages = await Promise.all(
    Array.from({ length: COUNT }, (_, i) => buildPackage({ name: nameOf(i) })),
  );
  await writeForeignIndex(folder, 'x86_64', { packages, key });
  server = await serveFolder(folder);
}, 60_000);
afterAll(async () => {
  await server.close();
  await scratch.remove();
  await served.close();
});

interface StartedImport {
  child: ChildProcess;
  output(): string;
  ended: Promise<unknown[]>;
}

/** Starts an import in a process of its own. */
async function startImport(to: string): Promise<StartedImport> {
  const args = [await builtCommand(), 'import', server.url, '--to', to, '--keys', key.path];
  const child = spawn(process.execPath, [...args, '--jobs', '4'], {
    env: {
      ...process.env,
      TMPDIR: temporary,
      ALPENGLOW_URL: served.registry.url,
      ALPENGLOW_TOKEN: START_TOKEN,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => (output += text));
  return { child, output: () => output, ended: once(child, 'close') };
}

/** Sends the beginning of a package, and no more. */
function holdPackages(from: number): void {
  for (let i = from; i < COUNT; i++) {
    server.answer(
      `/x86_64/${nameOf(i)}-1.0-r0.apk`,
      (_, response) => void response.writeHead(200).write('\x1f\x8b'),
    );
  }
}

const workFolders = async () =>
  (await readdir(temporary)).filter((name) => name.startsWith('alpenglow-work-'));

/** Whether some packages are published, and the others on their way. */
const isHalfWay = (output: () => string) => async () =>
  (output().match(/^published /gm)?.length ?? 0) >= 6 && (await workFolders()).length === 1;

test('an import that was killed half-way is finished by the next, which leaves nothing behind', async () => {
  holdPackages(10);
  const killed = await startImport('killed/v3.22/main');
  await until('some packages are published', isHalfWay(killed.output), 60);
  killed.child.kill('SIGKILL');
  await killed.ended;
  expect(await workFolders()).toHaveLength(1);
  server.answerFiles();
  await served.registry.standIns.queue.idle();

  const next = await startImport('killed/v3.22/main');
  expect(await next.ended).toEqual([0, null]);
  const { published = '0', there = '0' } =
    /^(?<published>\d+) published, (?<there>\d+) already there, 0 faults/m.exec(next.output())?.groups ?? {};
  expect(Number(published) + Number(there)).toBe(COUNT);
  expect(Number(there)).toBeGreaterThanOrEqual(6);
  expect(await workFolders()).toEqual([]);
  await served.registry.standIns.queue.idle();
  const verified = await served.run(['verify', `${served.registry.url}/killed/v3.22/main`]);
  expect(verified.stdout).toContain(`1 index, ${COUNT} packages`);
  expect(verified.code).toBe(0);
}, 120_000);

test('Ctrl-C ends it with what shells expect, and leaves nothing behind', async () => {
  holdPackages(10);
  const { child, output, ended } = await startImport('stopped/v3.22/main');
  await until('some packages are published', isHalfWay(output), 60);
  child.kill('SIGINT');
  expect(await ended).toEqual([130, null]);
  expect(output()).toMatch(/^\d+ published, 0 faults/m);
  expect(await workFolders()).toEqual([]);
}, 120_000);
