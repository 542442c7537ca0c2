import { resolve } from 'node:path';
import { VERBS } from '#cli/verbs.ts';
import { alpenglow } from '#test/support/alpenglow.ts';
import { runCommand } from '#test/support/command.ts';

/** Runs `alpenglow` as a process, since what counts is what it prints and its exit code. */
const run = (...args: string[]) =>
  runCommand(process.execPath, ['bin/alpenglow.js', ...args], { seconds: 30 });

const verbs = [...VERBS.keys()];

test.each([[['--help']], [['-h']], [['help']]])('%j lists the commands, with an example', async (args) => {
  const { code, stdout } = await run(...args);
  expect(code).toBe(0);
  for (const verb of verbs) expect(stdout).toMatch(new RegExp(`^  ${verb} +\\S`, 'm'));
  expect(stdout).toMatch(/^Example: alpenglow publish /m);
});

test.each(verbs)('%s --help says what it does, with an example, and its options', async (verb) => {
  const { code, stdout } = await alpenglow([...verb.split(' '), '--help']);
  expect(code).toBe(0);
  expect(stdout).toMatch(new RegExp(`^alpenglow ${verb} `));
  expect(stdout).toMatch(new RegExp(`^Example: alpenglow ${verb} `, 'm'));
  const options = Object.keys((await VERBS.get(verb)?.load())?.options ?? {});
  // --owner-id is said to be it.
  for (const option of options.filter((name) => name !== 'repository-owner-id'))
    expect(stdout).toContain(`--${option}`);
});

test.each([
  ['help', 'publish'],
  ['publish', '-h'],
  ['publish', 'a.apk', '--help'],
  ['help', 'token', 'create'],
])('%s %s… is answered with the usage of that command', async (...args) => {
  const { code, stdout } = await alpenglow(args);
  const verb = args.filter((word) => /^[a-z]+$/.test(word) && word !== 'help').join(' ');
  expect({ code, first: stdout.split(' [')[0] }).toMatchObject({
    code: 0,
    first: expect.stringContaining(`alpenglow ${verb} `),
  });
});

test('of a word that begins commands, --help lists those', async () => {
  for (const args of [
    ['token', '--help'],
    ['help', 'token'],
  ]) {
    const { code, stdout } = await alpenglow(args);
    expect(code).toBe(0);
    expect(stdout.match(/^ {2}\w+ \w+/gm)).toEqual(['  token create', '  token list', '  token revoke']);
  }
});

test.each([[[]], [['token']], [['token', 'make']], [['bake']], [['help', 'bake']]])(
  '%j is no command, and answered with those that there are',
  async (args) => {
    const { code, stdout, stderr } = await alpenglow(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^(Not a command: |Say a command)/);
    expect(stderr).toContain('  token create ');
  },
);

test.each([
  ['publsh', 'publish'],
  ['lsit', 'list'],
  ['token crate', 'token create'],
  ['tokens list', 'token list'],
  ['trsut', 'trust'],
])('%s was probably meant to be %s', async (written, meant) => {
  const { code, stderr } = await alpenglow(written.split(' '));
  expect(code).toBe(2);
  expect(stderr.split('\n')[0]).toBe(`Not a command: ${written}. Did you mean ${meant}?`);
});

test('of a word that begins commands, what is wrong behind it is not mended by the word itself', async () => {
  expect((await alpenglow(['trust'])).stderr).toMatch(/^Say a command of trust\.\n\n(.*\n)+ {2}trust add /);
  expect((await alpenglow(['trust', 'make'])).stderr).toMatch(/^Not a command: trust make\.\n/);
});

test('a wrong use is told in so few lines that the message stays on the screen', async () => {
  const { code, stderr } = await alpenglow(['publish', 'hello.apk', '--to', 'acme', '--jobs', '2']);
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^"acme" is no repository.*\n\nalpenglow publish FILE.*\nalpenglow help publish says more\.\n$/,
  );
});

test.each([
  ['--too', "Unknown option '--too'. Did you mean --to?"],
  ['--colour', "Unknown option '--colour'."],
])('publish %s is told of the option alone, and which was meant', async (option, said) => {
  const { code, stderr } = await alpenglow(['publish', option]);
  expect({ code, said: stderr.split('\n')[0] }).toEqual({ code: 2, said });
});

test('a token where the command should be is not repeated', async () => {
  const { stderr } = await alpenglow(['alp_zwupxrab7lkfafv4_xuR0PM5PUNXMK6LE_secret']);
  expect(stderr).toMatch(/^Not a command: alp_zwupxrab7lkfafv4_…\.?\n/);
});

test('what is like nothing is taken for nothing', async () => {
  expect((await alpenglow(['bake'])).stderr.split('\n')[0]).toBe('Not a command: bake.');
});

test.each([
  ['not a URL', ['keys', 'apk.example.com']],
  ['a file', ['keys', 'file:///etc/apk']],
  ['an index', ['keys', 'https://apk.example.com/acme/v3.22/main/x86_64']],
  ['two registries', ['keys', 'https://a.example.com', 'https://b.example.com']],
  ['an unknown option', ['keys', '--colour']],
])('keys of %s is answered with its usage, and exit code 2', async (_, args) => {
  const { code, output } = await run(...args);
  expect(code).toBe(2);
  expect(output).toContain('alpenglow keys [URL |');
});

test('a link to the sources, which npx made of an older clone and keeps, still leads to the command', async () => {
  const { code, stdout } = await runCommand(resolve('bin/alpenglow.ts'), ['--version'], { seconds: 30 });
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});

test('who reads no more than the beginning is not shown a fault', async () => {
  const command = `(${process.execPath} bin/alpenglow.js --help; echo ended $? >&2) | true`;
  const { output } = await runCommand('sh', ['-c', command], { seconds: 30 });
  expect(output).toMatch(/^ended (141|0)\n$/);
});

test('where nobody answers it says so, and nothing of its own insides', async () => {
  const { code, output } = await run('keys', 'http://127.0.0.1:1/acme/v3.22/main');
  expect(code).toBe(1);
  expect(output).toMatch(/^http:\/\/127\.0\.0\.1:1\/api\/keys could not be reached: .+\n$/);
});
