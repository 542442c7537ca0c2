import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { main } from '#cli/main.ts';
import { type Listening, listen } from '#local/listen.ts';
import { alpenglow, type Ended } from '#test/support/alpenglow.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { type ServedRegistry, START_TOKEN, serveRegistry } from '#test/support/served-registry.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';
import { TerminalScreen } from '#test/support/terminal-screen.ts';

let served: ServedRegistry;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  [served, folder] = await Promise.all([serveRegistry(), temporaryFolder()]);
}, 60_000);
afterAll(async () => {
  await served.close();
  await folder.remove();
});

const at = (name: string) => join(folder.folder, name);
async function fileOf(name: string, text = name): Promise<string> {
  await writeFile(at(`${name}.apk`), await buildPackage({ name, files: { text } }));
  return at(`${name}.apk`);
}
const publish = (...args: string[]): Promise<Ended> =>
  served.run(['publish', '--to', 'acme/v3.22/main', ...args]);

test('--json has a line for each file, whatever became of it', async () => {
  const good = await fileOf('json');
  await writeFile(at('bad.apk'), 'hello');
  const { code, stdout } = await publish(good, at('bad.apk'), '--json', '--jobs', '1');
  expect(code).toBe(3);
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toEqual([
    {
      path: good,
      outcome: 'published',
      package: expect.objectContaining({ file: 'json-1.0-r0.apk', arch: 'x86_64', indexed: false }),
      problem: null,
    },
    {
      path: at('bad.apk'),
      outcome: 'failed',
      package: null,
      problem: { status: 400, code: 'not-gzip', detail: expect.stringContaining('gzip') },
    },
  ]);
});

test('one that is refused keeps no other, and is told apart from what may be tried again', async () => {
  await publish(await fileOf('taken', 'one'));
  const other = await fileOf('taken', 'two');
  const { code, stdout, stderr } = await publish(other, await fileOf('free'));
  expect({ code, stdout }).toEqual({ code: 3, stdout: 'published      x86_64/free-1.0-r0.apk\n' });
  expect(stderr).toContain(`${other}: acme/v3.22/main/x86_64/taken-1.0-r0.apk is published already`);
  expect(stderr).toContain('2 files: 1 published, 1 failed');
});

test('a package that apk will grumble at is published with a warning', async () => {
  await writeFile(at('odd.apk'), await buildPackage({ name: 'odd', arch: 'mips_24kc' }));
  expect((await publish(at('odd.apk'))).stdout).toMatch(
    /^published {6}mips_24kc\/odd-1\.0-r0\.apk\n {2}warning: /,
  );
});

test('nothing is sent where a file is not there', async () => {
  const there = await fileOf('unsent');
  const { code, stderr } = await publish(there, at('*.rpm'), folder.folder, at('gone.apk'));
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^\S+\*\.rpm matches nothing.*\n\S+ is a folder.*\n\S+gone\.apk is not there\nNothing was sent\./,
  );
  expect((await publish(there)).stdout).toMatch(/^published /);
});

test.each([
  ['no file', []],
  ['no such number of files at once', ['x.apk', '--jobs', '0']],
  ['a time that is none', ['x.apk', '--wait=long']],
  ['parts that are too small', ['x.apk', '--part-size', '1M']],
  ['no repository', ['x.apk', '--to', 'acme/v3.22']],
  ['an owner that cannot be', ['x.apk', '--to', 'api/v3.22/main']],
])('%s is answered with the usage, and exit code 2', async (_, args) => {
  const { code, stderr } = await publish(...args);
  expect(code).toBe(2);
  expect(stderr).toContain('alpenglow publish FILE...');
});

test('the seconds behind --wait are not taken for a file, and the mistake is named', async () => {
  const { code, stderr } = await publish(await fileOf('hasty'), '--wait', '5');
  expect({ code, said: stderr.split('\n')[0] }).toEqual({ code: 2, said: '--wait 5: write --wait=5.' });
});

test('what has no index of the architecture that was asked for is not said to be empty', async () => {
  await publish(await fileOf('there'), '--wait');
  const { code, stderr } = await served.run(['list', 'acme/v3.22/main', '--arch', 's390x']);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `acme/v3.22/main has no index of s390x at ${served.registry.url}.\n`,
  });
});

test('a repository without a package to show is asked for the package', async () => {
  const { code, stderr } = await served.run(['show', 'acme/v3.22/main']);
  expect({ code, said: stderr.split('\n')[0] }).toEqual({
    code: 2,
    said: 'Which package of acme/v3.22/main? Say its name behind it.',
  });
});

test('without a repository or a token it asks for them', async () => {
  const file = await fileOf('homeless');
  expect((await served.run(['publish', file])).stderr).toMatch(/^Which repository\?/);
  expect((await served.run(['publish', file, '--to', 'acme/v3.22/main'], {})).stderr).toMatch(/^No token/);
});

test('the line of a repository says where to publish, too', async () => {
  const url = `${served.registry.url}/acme/v3.22/lines`;
  const { code } = await served.run(['publish', await fileOf('line'), '--url', url, '--wait']);
  expect(code).toBe(0);
  expect((await served.run(['list', url])).stdout).toMatch(/^line +1\.0-r0 +x86_64 /m);
});

test('each package is listed once, though noarch ones are in every index, the newest version first', async () => {
  const versions = ['1.0-r0', '1.10-r0', '1.9-r0'];
  for (const version of versions) {
    await writeFile(at('v.apk'), await buildPackage({ name: 'tool', version, arch: 'noarch' }));
    expect((await served.run(['publish', at('v.apk'), '--to', 'acme/v3.22/noarch', '--wait'])).code).toBe(0);
  }
  await writeFile(at('v.apk'), await buildPackage({ name: 'other', arch: 'x86' }));
  await served.run(['publish', at('v.apk'), '--to', 'acme/v3.22/noarch', '--wait']);
  const { stdout } = await served.run(['list', 'acme/v3.22/noarch', '--json']);
  const listed = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(listed.map(({ name, version, arch }) => `${name} ${version} ${arch}`)).toEqual([
    'other 1.0-r0 x86',
    'tool 1.10-r0 noarch',
    'tool 1.9-r0 noarch',
    'tool 1.0-r0 noarch',
  ]);
  const shown = await served.run(['show', 'acme/v3.22/noarch', 'tool', '--json']);
  expect(JSON.parse(shown.stdout)).toMatchObject({ version: '1.10-r0', arch: 'noarch', license: 'MIT' });
});

test('a repository where nothing is published is said to be none', async () => {
  expect(await served.run(['list', 'acme/v3.22/mian'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('acme/v3.22/mian has no index'),
  });
});

describe('on a terminal', () => {
  interface Watched {
    environment?: NodeJS.ProcessEnv;
    /** Is called whenever something was written. */
    onWrite?(screen: TerminalScreen): void;
  }

  /** Publishes three files, and shows how. */
  async function watch(
    columns: number,
    { environment, onWrite = () => {} }: Watched = {},
  ): Promise<TerminalScreen> {
    const screen = new TerminalScreen(columns);
    const write = (text: string) => {
      screen.write(text);
      onWrite(screen);
    };
    const files = await Promise.all(
      ['one', 'two', 'three'].map((name) => fileOf(`${name}-of-a-rather-long-name`)),
    );
    const code = await main(['publish', ...files, '--to', 'acme/v3.22/bars', '--wait'], {
      environment: { ALPENGLOW_URL: served.registry.url, ALPENGLOW_TOKEN: START_TOKEN, ...environment },
      print: write,
      note: write,
      screen: { columns: () => screen.columns, write },
    });
    expect(code).toBe(0);
    return screen;
  }
  const isBar = (line: string) => /^ *\d+% |\[=*>? *\]/.test(line);

  test.each([200, 80, 40, 12, 1])('of %d columns, bars fit, and none is left in the end', async (columns) => {
    let widestBar = 0;
    const onWrite = ({ lines }: TerminalScreen) => {
      widestBar = Math.max(widestBar, ...lines.filter(isBar).map(({ length }) => length));
    };
    const { lines } = await watch(columns, { onWrite });
    expect(lines.filter(isBar)).toEqual([]);
    if (columns > 12) expect(widestBar).toBeGreaterThan(0);
    expect(widestBar).toBeLessThan(Math.max(2, columns));
    if (columns >= 80) expect(lines).toHaveLength(4);
  });

  test('that becomes narrower, none is left either', async () => {
    const onWrite = (screen: TerminalScreen) => {
      if (screen.columns > 30 && screen.lines.some(isBar)) screen.resize(30);
    };
    const { lines, columns } = await watch(80, { onWrite });
    expect(columns).toBe(30);
    const results = /(published {6}|already there {2})x86_64\/[a-z]+-of-a-rather-long-name-1\.0-r0\.apk/g;
    expect(lines.join('').replace(results, '')).toBe('3 files: 3 already there');
  });

  test('there are colours, but not where NO_COLOR says so', async () => {
    expect((await watch(100)).colours).not.toEqual([]);
    expect((await watch(100, { environment: { NO_COLOR: '1' } })).colours).toEqual([]);
  });
});

describe('interrupted', () => {
  let server: Listening;
  let arrived: () => void;
  beforeAll(async () => {
    server = await listen(async () => {
      arrived();
      await new Promise(() => {});
      return new Response();
    });
  });
  afterAll(() => server.close());

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s it ends at once, with %d', async (signal, code) => {
    const child = spawn(
      process.execPath,
      ['bin/alpenglow.js', 'publish', await fileOf('slow'), '--to', 'acme/v3.22/main', '--url', server.url],
      { env: { ...process.env, ALPENGLOW_TOKEN: START_TOKEN }, stdio: 'inherit' },
    );
    arrived = () => child.kill(signal);
    expect(await once(child, 'exit')).toEqual([code, null]);
  });
});

test('a token that nobody knows is not tried with every file', async () => {
  const files = await Promise.all(['a', 'b', 'c'].map((name) => fileOf(`unknown-${name}`)));
  const { code, stdout, stderr } = await alpenglow(
    ['publish', ...files, '--to', 'acme/v3.22/main', '--url', served.registry.url, '--jobs', '1', '--json'],
    { ALPENGLOW_TOKEN: 'alp_nobody-knows-this' },
  );
  expect(code).toBe(3);
  const outcomes = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).outcome);
  expect(outcomes).toEqual(['failed', 'not tried', 'not tried']);
  expect(stderr).toMatch(/^3 files: 1 failed, 2 not tried$/m);
});

test('where nobody answers, it fails in a way that may pass', async () => {
  const { code, stderr } = await alpenglow(
    [
      ...['publish', await fileOf('nobody'), await fileOf('answers'), '--jobs', '1'],
      ...['--to', 'acme/v3.22/main', '--url', 'http://127.0.0.1:1'],
    ],
    { ALPENGLOW_TOKEN: START_TOKEN },
  );
  expect(code).toBe(1);
  expect(stderr.match(/Trying again in/g)).toHaveLength(5);
  expect(stderr).toMatch(/^2 files: 1 failed, 1 not tried$/m);
}, 60_000);
