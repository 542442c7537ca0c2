import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { runCommand } from '#test/support/command.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

test("in a clone, what another folder's tsconfig.json says of modules is not believed", async () => {
  const { folder, remove } = await temporaryFolder();
  await writeFile(join(folder, 'evil.ts'), 'process.stdout.write("evil\\n");');
  const paths = { zod: ['./evil.ts'] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { paths } }));
  const args = [resolve('bin/alpenglow.js'), 'list', '--help'];
  const { code, output } = await runCommand(process.execPath, args, { cwd: folder });
  await remove();
  expect({ code, output }).toMatchObject({ code: 0, output: expect.not.stringContaining('evil') });
});
