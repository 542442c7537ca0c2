import { chown, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openWorkingFolder } from '#cli/terminal/working-folder.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const NOBODY = 65_534;
const asRoot = process.getuid?.() === 0 ? test : test.skip;

let shared: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ folder: shared, remove } = await temporaryFolder());
});
afterEach(() => remove());

/** As a process leaves it that was killed. */
async function makeAbandoned(path: string): Promise<void> {
  await mkdir(path);
  await writeFile(join(path, 'lock'), '');
  await writeFile(join(path, 'package.apk'), '');
}

async function openAndRemove(): Promise<void> {
  const folder = await openWorkingFolder(shared);
  await folder.remove();
}

test('what a killed process has left is removed by the next one', async () => {
  await makeAbandoned(join(shared, 'alpenglow-work-killed'));
  await openAndRemove();
  expect(await readdir(shared)).toEqual([]);
});

test('a link that somebody has put there leads to nothing that is removed', async () => {
  const mine = join(shared, 'mine');
  await makeAbandoned(mine);
  await symlink(mine, join(shared, 'alpenglow-work-evil'));
  await openAndRemove();
  expect((await readdir(mine)).sort()).toEqual(['lock', 'package.apk']);
});

asRoot("nothing is removed from another's folder, whose files may become links meanwhile", async () => {
  const others = join(shared, 'alpenglow-work-others');
  await makeAbandoned(others);
  await chown(others, NOBODY, NOBODY);
  await openAndRemove();
  expect((await readdir(others)).sort()).toEqual(['lock', 'package.apk']);
});
