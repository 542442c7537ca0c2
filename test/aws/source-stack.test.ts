import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { describeError } from '#aws/describe-error.ts';
import { toSourceStack } from '#aws/source-stack.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const SOURCE = `
export const unused = 1;
function fail() {
  throw new Error('it failed');
}
fail();
`;

let folder: string;
let remove: () => Promise<void>;
beforeAll(async () => {
  ({ folder, remove } = await temporaryFolder());
});
afterAll(() => remove());

/** What a program writes that was bundled as the functions are, when it fails. */
async function stackOfBundle(): Promise<string> {
  const [source, bundle] = [join(folder, 'source.ts'), join(folder, 'index.js')];
  await writeFile(source, SOURCE);
  const options = { minify: true, sourcemap: true, sourcesContent: false, format: 'cjs' } as const;
  buildSync({ entryPoints: [source], outfile: bundle, bundle: true, ...options });
  return spawnSync(process.execPath, [bundle], { encoding: 'utf8' }).stderr;
}

test('an error is logged with its places in the sources, though what runs is a bundle', async () => {
  const stack = await stackOfBundle();
  expect(stack).toMatch(/index\.js:1:\d+/);
  const error = Object.assign(new Error('it failed'), { stack });
  expect(describeError(error).stack).toMatch(/at \S+ \(source\.ts:4:9\)\n +at \S+ \(source\.ts:6:1\)\n/);
});

test('a place without a map is told as it is', () => {
  expect(toSourceStack('at f (/nowhere/index.js:1:2)')).toBe('at f (/nowhere/index.js:1:2)');
});
