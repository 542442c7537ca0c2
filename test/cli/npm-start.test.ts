import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '#test/support/until.ts';

test('SIGTERM to `npm start` ends the registry, too, and not just npm', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'alpenglow-npm-'));
  const npm = spawn('npm', ['start'], {
    env: { ...process.env, PORT: '0', ALPENGLOW_DATA: folder },
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  const exited = once(npm, 'exit');
  let output = '';
  npm.stdout.on('data', (text: Buffer) => {
    output += text.toString();
  });
  const urlOf = () => /ready on (?<url>http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.groups?.url;
  try {
    await until('the registry is ready', async () => urlOf() !== undefined, 60);
    npm.kill('SIGTERM');
    await exited;
    const isGone = () =>
      fetch(`${urlOf()}/api/health`)
        .then(() => false)
        .catch(() => true);
    await until('nobody answers', isGone, 20);
  } finally {
    endGroup(npm.pid);
  }
  await rm(folder, { recursive: true, force: true });
}, 90_000);

/** Whatever npm has left behind. */
function endGroup(leader: number | undefined): void {
  try {
    if (leader !== undefined) process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
