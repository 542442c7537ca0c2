import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { matchFiles } from '#action/match-files.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const FILES = [
  'dist/a.apk',
  'dist/with space.apk',
  'dist/with \'quote".apk',
  'dist/line\nend.apk',
  'dist/[b].apk',
  'dist/.hidden.apk',
  'dist/notes.txt',
  'packages/main/x86_64/c.apk',
  'packages/main/aarch64/c.apk',
  'packages/.cache/d.apk',
  '-rf.apk',
  '::stop.apk',
];

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  for (const file of FILES) {
    const path = join(folder.folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, '');
  }
  await mkdir(join(folder.folder, 'dist/folder.apk'));
  await symlink('..', join(folder.folder, 'packages/loop'));
});
afterAll(() => folder.remove());

const ALL_OF_DIST = [
  'dist/[b].apk',
  'dist/a.apk',
  'dist/line\nend.apk',
  'dist/with \'quote".apk',
  'dist/with space.apk',
];

test.each([
  ['dist/*.apk', ALL_OF_DIST],
  ['./dist/*.apk', ALL_OF_DIST],
  ['dist/with*.apk', ['dist/with \'quote".apk', 'dist/with space.apk']],
  ['dist/with space.apk', ['dist/with space.apk']],
  ['dist/?.apk', ['dist/a.apk']],
  ['dist/[a-c].apk', ['dist/a.apk']],
  ['dist/[!b-z[].apk', ['dist/a.apk']],
  ['dist/[b].apk', ['dist/[b].apk']],
  ['dist/.*.apk', ['dist/.hidden.apk']],
  ['packages/**/*.apk', ['packages/main/aarch64/c.apk', 'packages/main/x86_64/c.apk']],
  ['packages/**', ['packages/main/aarch64/c.apk', 'packages/main/x86_64/c.apk']],
  ['**/c.apk', ['packages/main/aarch64/c.apk', 'packages/main/x86_64/c.apk']],
  ['packages/*/x86_64/c.apk', ['packages/main/x86_64/c.apk']],
  ['-*', ['-rf.apk']],
  ['*.apk', ['-rf.apk', '::stop.apk']],
])('%s matches what a shell would', (pattern, files) => {
  expect(matchFiles([pattern], folder.folder)).toEqual({ files, unmatched: [] });
});

test('an absolute pattern matches, too', () => {
  expect(matchFiles([`${folder.folder}/dist/a*`])).toEqual({
    files: [`${folder.folder}/dist/a.apk`],
    unmatched: [],
  });
});

test('each file is there once, and each pattern without one is named', () => {
  const patterns = [
    'dist/a.apk',
    '',
    ' dist/?.apk ',
    'dist/*.rpm',
    'nowhere/**/*.apk',
    'dist/folder.apk',
    'dist/[z-a]',
  ];
  expect(matchFiles(patterns, folder.folder)).toEqual({
    files: ['dist/a.apk'],
    unmatched: ['dist/*.rpm', 'nowhere/**/*.apk', 'dist/folder.apk', 'dist/[z-a]'],
  });
});
