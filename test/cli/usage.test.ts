import { resolve } from 'node:path';
import { alpenglow } from '#test/support/alpenglow.ts';
import { runCommand } from '#test/support/command.ts';

/** Runs `alpenglow` as a process, since what counts is what it prints and its exit code. */
const run = (...args: string[]) =>
  runCommand(process.execPath, ['--import', 'tsx', resolve('bin/alpenglow.ts'), ...args], { seconds: 30 });

const VERBS = [
  'serve',
  'keys',
  'token create',
  'token list',
  'token revoke',
  'trust add',
  'trust list',
  'trust remove',
  'audit',
  'reconcile',
  'reindex',
];

test.each([[['--help']], [['-h']]])('%j lists the commands', async (args) => {
  const { code, stdout } = await run(...args);
  expect(code).toBe(0);
  for (const verb of VERBS) expect(stdout).toMatch(new RegExp(`^alpenglow ${verb} `, 'm'));
});

test.each(VERBS)('%s --help says what it does, with an example', async (verb) => {
  const { code, stdout } = await alpenglow([...verb.split(' '), '--help']);
  expect(code).toBe(0);
  expect(stdout).toMatch(new RegExp(`^alpenglow ${verb} `));
  expect(stdout).toMatch(new RegExp(`^Example: alpenglow ${verb} `, 'm'));
});

test('of a word that begins commands, --help lists those', async () => {
  const { code, stdout } = await alpenglow(['token', '--help']);
  expect(code).toBe(0);
  expect(stdout.match(/^alpenglow \w+ \w+/gm)).toEqual([
    'alpenglow token create',
    'alpenglow token list',
    'alpenglow token revoke',
  ]);
});

test.each([[[]], [['token']], [['token', 'make']], [['publish']]])(
  '%j is no command, and answered with those that there are',
  async (args) => {
    const { code, stdout, stderr } = await alpenglow(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^Not a command: /);
    expect(stderr).toContain('alpenglow token create ');
  },
);

test.each([
  ['not a URL', ['keys', 'apk.example.com']],
  ['a file', ['keys', 'file:///etc/apk']],
  ['an index', ['keys', 'https://apk.example.com/acme/v3.22/main/x86_64']],
  ['two registries', ['keys', 'https://a.example.com', 'https://b.example.com']],
  ['an unknown option', ['keys', '--colour']],
])('keys of %s is answered with its usage, and exit code 2', async (_, args) => {
  const { code, output } = await run(...args);
  expect(code).toBe(2);
  expect(output).toContain('alpenglow keys [URL]');
});

test('where nobody answers it says so, and nothing of its own insides', async () => {
  const { code, output } = await run('keys', 'http://127.0.0.1:1/acme/v3.22/main');
  expect(code).toBe(1);
  expect(output).toMatch(/^http:\/\/127\.0\.0\.1:1\/api\/keys could not be reached: .+\n$/);
});
