import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildPackage } from '#test/support/build-package.ts';
import { type CommandResult, runCommand } from '#test/support/command.ts';
import { findProgram } from '#test/support/find-program.ts';
import { largePackage } from '#test/support/large-package.ts';
import { builtCommand } from '#test/support/once-a-run/built-programs.ts';
import { registryUnderTest } from '#test/support/registry-under-test.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';
import { TerminalScreen } from '#test/support/terminal-screen.ts';
import { until } from '#test/support/until.ts';

const registry = registryUnderTest();
const REPOSITORY = `${registry.owner}/v3.22/shell`;
const COUNT = 30;

let folder: string;
let remove: () => Promise<void>;
let files: string[];
beforeAll(async () => {
  ({ folder, remove } = await temporaryFolder());
  files = Array.from({ length: COUNT }, (_, index) => join(folder, `${index}.apk`));
  await Promise.all(files.map(async (file, index) => writeFile(file, await packageOf(index))));
});
afterAll(() => remove?.());

const packageOf = (index: number) =>
  buildPackage({
    name: `shell-${index}`,
    arch: index % 2 === 0 ? 'x86_64' : 'aarch64',
    fields: { depend: 'so:libc.so' },
  });

const environment = () => ({
  HOME: folder,
  ALPENGLOW_URL: registry.url,
  ALPENGLOW_TOKEN: registry.token,
  ALPENGLOW_REPOSITORY: REPOSITORY,
  NO_COLOR: undefined,
});

const run = async (...args: string[]): Promise<CommandResult> =>
  runCommand(process.execPath, [await builtCommand(), ...args], {
    environment: environment(),
    seconds: 120,
  });

test('many files are published at once, listed, and there already when they are published again', async () => {
  const first = await run('publish', ...files, '--wait=100', '--jobs', '8');
  expect(first.code).toBe(0);
  expect(first.stdout.match(/^published /gm)).toHaveLength(COUNT);
  expect(first.output).toContain(`${COUNT} files: ${COUNT} published`);
  const again = await run('publish', ...files, '--wait=100');
  expect(again.code).toBe(0);
  expect(again.stdout.match(/^already there /gm)).toHaveLength(COUNT);
  const isListed = async () => (await run('list', '--json')).stdout.split('\n').length === COUNT + 1;
  await until('the list has them all', isListed, registry.cacheSeconds + 20);
  const { stdout } = await run('list', REPOSITORY, '--arch', 'aarch64');
  expect(stdout).toMatch(
    /^NAME +VERSION +ARCH +SIZE +BUILT\nshell-1 +1\.0-r0 +aarch64 +\d+ +2023-11-14T22:13:20Z\n/,
  );
  expect(stdout.split('\n')).toHaveLength(COUNT / 2 + 2);
}, 300_000);

test('all that an index says of a package is shown, with where apk fetches it', async () => {
  const { code, stdout } = await run('show', REPOSITORY, 'shell-2-1.0-r0');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^name +shell-2\nversion +1\.0-r0\narch +x86_64\n/);
  expect(stdout).toMatch(/^depends +so:libc\.so$/m);
  const url = /^url +(?<url>\S+)$/m.exec(stdout)?.groups?.url ?? '';
  const headers = { authorization: `Bearer ${registry.token}` };
  expect((await fetch(url, { method: 'HEAD', headers })).status).toBe(200);
  expect(await run('show', 'no-such-package')).toMatchObject({
    code: 1,
    output: `No index of ${REPOSITORY} lists no-such-package.\n`,
  });
}, 60_000);

test('what is too large for a request goes by an upload, in parts or in one, and counts as there after it', async () => {
  const [inOne, inParts] = [join(folder, 'in-one.apk'), join(folder, 'in-parts.apk')];
  await writeFile(inOne, largePackage(6, { name: 'in-one' }));
  await writeFile(inParts, largePackage(66, { name: 'in-parts' }));
  const publish = () => run('publish', inOne, inParts, '--part-size', '64M', '--wait=100', '--json');
  const outcomes = ({ stdout }: CommandResult) =>
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => {
        const { outcome, package: found } = JSON.parse(line);
        return `${found?.file} ${outcome} ${found?.indexed}`;
      });
  const first = await publish();
  expect(outcomes(first).sort()).toEqual([
    'in-one-1.0-r0.apk published true',
    'in-parts-1.0-r0.apk published true',
  ]);
  expect(outcomes(await publish()).sort()).toEqual([
    'in-one-1.0-r0.apk already there true',
    'in-parts-1.0-r0.apk already there true',
  ]);
}, 300_000);

test("what is refused once it is uploaded is refused in the registry's words", async () => {
  const path = join(folder, 'large.txt');
  await writeFile(path, Buffer.alloc(5 * 1024 * 1024, 'text'));
  const { code, output } = await run('publish', path);
  expect(code).toBe(3);
  expect(output).toMatch(/large\.txt: The file does not begin with a gzip member\./);
}, 60_000);

const script = findProgram('SCRIPT', 'script');
(script === undefined ? test.skip : test)(
  'on a terminal there are bars while files are on their way, and nothing of them in the end',
  async () => {
    const command = `stty cols 70; stty -g | cut -c 1-60; ${process.execPath} ${await builtCommand()} publish ${files.join(' ')} --wait; echo ended $?; stty -g | cut -c 1-60`;
    const recorded = join(folder, 'typescript');
    const { code, stdout } = await runCommand(script as string, ['-qec', command, recorded], {
      environment: { ...environment(), TERM: 'xterm' },
      seconds: 120,
    });
    expect(code).toBe(0);
    const screen = new TerminalScreen(70);
    let bars = 0;
    for (const written of stdout.split('\r\n')) {
      screen.write(`${written}\n`);
      if (/\[=+> *\]/.test(screen.lines.join())) bars += 1;
    }
    expect(bars).toBeGreaterThan(0);
    const [settings = '', ...lines] = screen.lines;
    expect(lines.slice(0, COUNT).filter((line) => !line.startsWith('already there  '))).toEqual([]);
    expect(lines.slice(COUNT)).toEqual([`${COUNT} files: ${COUNT} already there`, 'ended 0', settings]);
  },
  150_000,
);

test('what is deleted is gone, and what was not there is said not to have been', async () => {
  const [one, other] = ['x86_64/shell-0-1.0-r0.apk', 'x86_64/never-1.0-r0.apk'];
  const { code, output } = await run('delete', one, `${REPOSITORY}/${other}`);
  expect(code).toBe(1);
  expect(output).toContain(`${one}: deleted\n`);
  expect(output).toMatch(new RegExp(`^${REPOSITORY}/${other}: .*is not`, 'm'));
  const isGone = async () => !(await run('list')).stdout.includes('shell-0 ');
  await until('the list has it no more', isGone, registry.cacheSeconds + 20);
}, 180_000);
