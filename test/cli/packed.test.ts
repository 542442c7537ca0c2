import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { buildPackage } from '#test/support/build-package.ts';
import { type CommandResult, runCommand } from '#test/support/command.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';
import { until } from '#test/support/until.ts';
import { bundleCommand } from '../../pack/bundle-command.ts';

/** Where somebody has installed the package: a folder with its dependencies, and nothing else of the clone. */
let folder: string;
let installed: string;
let remove: () => Promise<void>;
let dependencies: string[];

beforeAll(async () => {
  ({ folder, remove } = await temporaryFolder());
  installed = join(folder, 'node_modules', 'alpenglow');
  const packed = await runCommand('npm', ['pack', '--pack-destination', folder], { seconds: 60 });
  expect(packed.output).toContain('alpenglow-');
  await mkdir(installed, { recursive: true });
  const [tarball = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  await runCommand('tar', ['xzf', join(folder, tarball), '-C', installed, '--strip-components=1']);
  ({ dependencies } = await readManifest());
  for (const name of dependencies) {
    const link = join(folder, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(resolve('node_modules', name), link);
  }
}, 90_000);
afterAll(() => remove());

async function readManifest(): Promise<{ version: string; dependencies: string[] }> {
  const { version, dependencies } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'));
  return { version, dependencies: Object.keys(dependencies) };
}

const program = () => join(installed, 'bin', 'alpenglow.js');
const run = (args: string[], environment: NodeJS.ProcessEnv = {}): Promise<CommandResult> =>
  runCommand(process.execPath, [program(), ...args], { cwd: folder, environment, seconds: 30 });

test('it has JavaScript and what a person reads, and no sources', async () => {
  const files = (await readdir(installed, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
  expect(files).toEqual(
    expect.arrayContaining(['alpenglow.js', 'README.md', 'LICENSE', 'CHANGELOG.md', '_alpenglow']),
  );
  expect(files.filter((name) => /\.(ts|map)$/.test(name))).toEqual([]);
});

test('packing leaves nothing in the clone', () => {
  expect([existsSync('dist'), existsSync('completions')]).toEqual([false, false]);
});

test('it depends on what it loads, and on nothing that builds, tests or deploys', async () => {
  expect([...dependencies].sort()).toEqual(await bundleCommand(join(folder, 'again')));
});

test('it says its version', async () => {
  const { code, output } = await run(['--version']);
  expect({ code, output }).toEqual({ code: 0, output: `${(await readManifest()).version}\n` });
});

test('publish loads neither the AWS SDK nor the registry', async () => {
  const hidden = ['@aws-sdk', '@hono', 'hono', 'dynalite'].map((name) => join(folder, 'node_modules', name));
  for (const path of hidden) await rename(path, `${path}-hidden`);
  try {
    expect((await run(['publish', '--help'])).code).toBe(0);
    expect((await run(['serve', '--port', '0'])).output).toContain("Cannot find package '@");
  } finally {
    for (const path of hidden) await rename(`${path}-hidden`, path);
  }
});

test('every command of it can be loaded', async () => {
  const { code, stdout } = await run(['completion', 'bash']);
  expect(code).toBe(0);
  expect(stdout).toContain("'token create '");
});

test('it serves a registry, publishes into it and lists what is there', async () => {
  const data = join(folder, 'data');
  const server = spawn(process.execPath, [program(), 'serve', '--port', '0', '--data', data], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    let output = '';
    server.stdout.on('data', (text: Buffer) => {
      output += text;
    });
    const url = () => /ready on (?<url>http:\/\/\S+),/.exec(output)?.groups?.url;
    await until('it is ready', async () => url() !== undefined, 60);
    const file = join(folder, 'hello.apk');
    await writeFile(file, await buildPackage({ name: 'hello' }));
    const environment = {
      ALPENGLOW_URL: url(),
      ALPENGLOW_TOKEN: (await readFile(join(data, 'token'), 'utf8')).trim(),
      ALPENGLOW_REPOSITORY: 'acme/v3.22/main',
    };
    const published = await run(['publish', file, '--wait'], environment);
    expect(published).toMatchObject({ code: 0, stdout: 'published      x86_64/hello-1.0-r0.apk\n' });
    expect((await run(['list'], environment)).stdout).toMatch(/^hello +1\.0-r0 +x86_64 /m);
  } finally {
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    await ended;
    await rm(join(folder, 'data'), { recursive: true, force: true });
  }
}, 90_000);
