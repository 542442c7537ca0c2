import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VERBS } from '#cli/verbs.ts';
import { alpenglow } from '#test/support/alpenglow.ts';
import { runCommand } from '#test/support/command.ts';
import { findProgram } from '#test/support/find-program.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  for (const name of ['a b.apk', 'notes.txt']) await writeFile(join(folder.folder, name), '');
  await mkdir(join(folder.folder, 'x86_64'));
});
afterAll(() => folder.remove());

async function scriptFor(shell: string): Promise<string> {
  const { code, stdout } = await alpenglow(['completion', shell]);
  expect(code).toBe(0);
  return stdout;
}

const quote = (word: string) => `'${word}'`;

/** What bash offers in place of the last word. */
async function bashOffers(...words: string[]): Promise<string[]> {
  const script = `${await scriptFor('bash')}
COMP_WORDS=(alpenglow ${words.map(quote).join(' ')})
COMP_CWORD=${words.length}
_alpenglow
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await runCommand('bash', ['--norc', '-c', script], { cwd: folder.folder });
  return stdout.split('\n').filter((line) => line !== '');
}

test('bash takes the script, and completes the command with it', async () => {
  const script = `${await scriptFor('bash')}\ncomplete -p alpenglow`;
  expect(await runCommand('bash', ['--norc', '-c', script])).toMatchObject({
    code: 0,
    output: 'complete -o filenames -F _alpenglow alpenglow\n',
  });
});

test.each([
  [['pub'], ['publish']],
  [['to'], ['token']],
  [
    ['token', ''],
    ['create', 'list', 'revoke'],
  ],
  [['token', 're'], ['revoke']],
  [['help', 'tru'], ['trust']],
  [['help', 'token', 'cr'], ['create']],
  [['token', 'create', '--ne'], ['--never']],
  [
    ['publish', '--j'],
    ['--jobs', '--json'],
  ],
  [['publish', 'x.apk', '--w'], ['--wait']],
  [
    ['publish', ''],
    ['a b.apk', 'x86_64'],
  ],
  [['publish', 'a'], ['a b.apk']],
  [['serve', '--data', 'x'], ['x86_64']],
  [['list', 'x'], []],
  [['no-such-verb', ''], []],
])('bash completes %j with %j', async (words, offers) => {
  expect(await bashOffers(...words)).toEqual(offers);
});

test('bash offers every command, and every option of each', async () => {
  expect(await bashOffers('')).toEqual(
    expect.arrayContaining(['publish', 'token', 'trust', 'help', '--version']),
  );
  for (const [verb, { load }] of VERBS) {
    const options = Object.keys((await load()).options).map((name) => `--${name}`);
    expect(await bashOffers(...verb.split(' '), '--')).toEqual([...options, '--help']);
  }
}, 60_000);

const fish = findProgram('FISH', 'fish');
(fish === undefined ? test.skip : test)('fish completes commands, options and files', async () => {
  await writeFile(join(folder.folder, 'alpenglow.fish'), await scriptFor('fish'));
  const offers = async (line: string) => {
    const script = `source alpenglow.fish; complete -C ${quote(line)}`;
    const environment = { HOME: folder.folder };
    const { stdout } = await runCommand(fish as string, ['-N', '-c', script], {
      cwd: folder.folder,
      environment,
    });
    return stdout.split('\n').flatMap((each) => each.split('\t')[0] || []);
  };
  expect(await offers('alpenglow pub')).toEqual(['publish']);
  expect(await offers('alpenglow token ')).toEqual(['create', 'list', 'revoke']);
  expect(await offers('alpenglow token list --j')).toEqual(['--json']);
  expect(await offers('alpenglow publish a')).toContain('a b.apk');
  expect(await offers('alpenglow list a')).toEqual([]);
});

const zsh = findProgram('ZSH', 'zsh');
(zsh === undefined ? test.skip : test)('zsh reads the script without a fault', async () => {
  const path = join(folder.folder, '_alpenglow');
  await writeFile(path, await scriptFor('zsh'));
  expect(await runCommand(zsh as string, ['-f', '-n', path])).toMatchObject({ code: 0, output: '' });
});

test.each([[[]], [['csh']], [['bash', 'zsh']], [['toString']]])(
  'completion %j asks which shell',
  async (args) => {
    const { code, stderr } = await alpenglow(['completion', ...args]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^Which shell\? bash, zsh, fish\./);
  },
);
