import { indexAdapters } from '#aws/index-adapters.ts';
import { LOCAL_ENVIRONMENT } from '#local/registry.ts';
import { type ServedRegistry, serveRegistry } from '#test/support/served-registry.ts';

let served: ServedRegistry;
beforeAll(async () => {
  served = await serveRegistry();
  for (const owner of ['acme', 'acme', 'other', 'acme']) await served.token(`publish,admin:${owner}`);
}, 60_000);
afterAll(() => served.close());

const rowsOf = (stdout: string): string[] => stdout.trimEnd().split('\n').slice(1);

test('it shows who did what, the newest first', async () => {
  const { code, stdout, stderr } = await served.run(['audit']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^AT +WHO +FROM +ACTION +ON +OUTCOME$/m);
  const rows = rowsOf(stdout);
  expect(rows).toHaveLength(4);
  for (const row of rows) expect(row).toMatch(/^20\S+Z .+ create-token +test \(alp_\w{16}\) +done$/);
  expect(rows).toEqual(rows.toSorted().reverse());
});

test('of one owner, it shows what is about that alone, to those who administer no more', async () => {
  const ALPENGLOW_TOKEN = await served.token('admin:third');
  const all = await served.run(['audit'], { ALPENGLOW_TOKEN });
  expect(all.code).toBe(1);
  expect(all.stderr).toMatch(/has no right to admin in \*\.\n$/);
  const { code, stdout } = await served.run(['audit', '--owner', 'third'], { ALPENGLOW_TOKEN });
  expect(code).toBe(0);
  expect(rowsOf(stdout)).toHaveLength(1);
});

test('a limit leaves the older ones out, and says that there are any', async () => {
  const all = rowsOf((await served.run(['audit', '--owner', 'acme'])).stdout);
  const { stdout, stderr } = await served.run(['audit', '--owner', 'acme', '--limit', '2']);
  expect(rowsOf(stdout)).toEqual(all.slice(0, 2));
  expect(stderr).toBe('There are older ones; a higher --limit shows them.\n');
});

test('--json prints them for programs', async () => {
  const { stdout, stderr } = await served.run('audit --owner acme --limit 1 --json'.split(' '));
  expect(JSON.parse(stdout)).toEqual({
    entries: [expect.objectContaining({ action: 'create-token', owner: 'acme', outcome: 'done' })],
    next: expect.any(String),
  });
  expect(stderr).toBe('');
});

test('more than the registry gives at once is fetched page by page, none twice', async () => {
  const { audit } = indexAdapters(LOCAL_ENVIRONMENT, served.registry.standIns.clients);
  for (let at = 0; at < 1005; at++) {
    await audit.add({ at, who: 'test', action: 'publish', owner: 'many', on: `${at}` });
  }
  const { stdout } = await served.run('audit --owner many --limit 1003 --json'.split(' '));
  const { entries } = JSON.parse(stdout) as { entries: { on: string }[] };
  expect(entries.map(({ on }) => Number(on))).toEqual(Array.from({ length: 1003 }, (_, i) => 1004 - i));
}, 60_000);

test.each([['0'], ['-1'], ['all'], ['1e3']])('a limit of %s is asked wrongly', async (limit) => {
  const { code, stderr } = await served.run(['audit', `--limit=${limit}`]);
  expect(code).toBe(2);
  expect(stderr).toContain('\nalpenglow audit [--owner OWNER]');
});

test('an owner that is none is refused in the words of the registry', async () => {
  const { code, stderr } = await served.run(['audit', '--owner', 'a b']);
  expect(code).toBe(1);
  expect(stderr).not.toContain('alpenglow audit');
});

test('without a token it says where to get one', async () => {
  expect(await served.run(['audit'], {})).toMatchObject({ code: 2, stdout: '' });
});
