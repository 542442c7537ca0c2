import { alpenglow } from '#test/support/alpenglow.ts';

test.each([
  ['nothing', []],
  ['two', ['https://a.example.com', 'https://b.example.com']],
  ['a host alone', ['apk.example.com']],
  ['another protocol', ['ftp://apk.example.com/main']],
  ['a folder that is not there', ['/none/such']],
  ['a folder with the name of a repository, without keys', ['lib/cli/commands']],
  ['a folder without keys', [process.cwd()]],
  ['keys that are not there', [process.cwd(), '--keys', '/none/such']],
  ['keys that are none', [process.cwd(), '--keys', 'package.json']],
  ['no jobs', [process.cwd(), '--allow-untrusted', '--jobs', '0']],
])('verify of %s is asked wrongly', async (_, args) => {
  const { code, stdout } = await alpenglow(['verify', ...args]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});
