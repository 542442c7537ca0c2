import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readAction } from '#test/support/action-steps.ts';
import { runCommand } from '#test/support/command.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

test.each([
  ['20.14.0', 1, ['::error::Node.js 20.15 or newer is needed']],
  ['20.15.0', 0, ['ci', '--workspace', 'action', '--ignore-scripts']],
  ['24.1.0', 0, ['ci']],
])('on Node.js %s the install step ends with %i', async (version, code, said) => {
  const { folder, remove } = await temporaryFolder();
  const [programs, checkout] = [join(folder, 'bin'), join(folder, 'the action')];
  await mkdir(programs);
  const pretend = `Object.defineProperty(process.versions, "node", { value: "${version}" });`;
  await writeFile(join(programs, 'node'), `#!/bin/sh\nexec '${process.execPath}' -e '${pretend}'"$2"\n`);
  await writeFile(join(programs, 'npm'), '#!/bin/sh\nprintf "%s\\n" "$@"\n');
  for (const program of ['node', 'npm']) await chmod(join(programs, program), 0o755);
  const { run = '', shell = '' } = (await readAction()).runs.steps[0] ?? {};
  const environment = { PATH: `${programs}:${process.env.PATH}`, GITHUB_ACTION_PATH: checkout };
  const ended = await runCommand(shell, ['-e', '-c', run], { environment });
  await remove();
  expect(ended).toMatchObject({ code });
  for (const each of said) expect(ended.stdout).toContain(each);
  if (code === 0) expect(ended.stdout.split('\n')).toContain(checkout);
});
