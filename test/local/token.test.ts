import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keptToken } from '#local/token.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

let folder: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ folder, remove } = await temporaryFolder());
});
afterEach(() => remove());

test('the token of a new folder has the form of every token, and is the same the next time', async () => {
  const data = join(folder, 'data');
  const token = await keptToken(data);
  expect(token).toMatch(/^alp_[a-z0-9]{16}_[A-Za-z0-9_-]{43}$/);
  expect(await keptToken(data)).toBe(token);
  expect(await readFile(join(data, 'token'), 'utf8')).toBe(`${token}\n`);
});

test('the kept token can be read by its owner alone', async () => {
  const data = join(folder, 'data');
  await keptToken(data);
  expect((await stat(join(data, 'token'))).mode & 0o077).toBe(0);
  expect((await stat(data)).mode & 0o077).toBe(0);
});

test('a token that was made before tokens had an id goes on', async () => {
  const old = `alp_${'x'.repeat(43)}`;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'token'), `${old}\n`);
  expect(await keptToken(folder)).toBe(old);
});
