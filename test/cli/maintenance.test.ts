import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { listen } from '#local/listen.ts';
import { LOCAL_ENVIRONMENT } from '#local/registry.ts';
import { alpenglow } from '#test/support/alpenglow.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { copyByHand } from '#test/support/by-hand.ts';
import { type ServedRegistry, START_TOKEN, serveRegistry } from '#test/support/served-registry.ts';

const INDEX = 'acme/v3.22/main/x86_64/APKINDEX.tar.gz';

let served: ServedRegistry;
beforeAll(async () => {
  served = await serveRegistry();
  const response = await fetch(`${served.registry.url}/api/packages/acme/alpine/v3.22/main?wait=20`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${START_TOKEN}` },
    body: await buildPackage(),
  });
  expect(await response.json()).toMatchObject({ indexed: true });
}, 60_000);
afterAll(() => served.close());

const remove = (Key: string) =>
  served.registry.standIns.clients.s3.send(
    new DeleteObjectCommand({ Bucket: LOCAL_ENVIRONMENT.PACKAGES_BUCKET, Key }),
  );
const statusOfIndex = async () => (await fetch(`${served.registry.url}/${INDEX}`)).status;

test('reconcile says what it healed, and ends well; again, there is nothing to heal', async () => {
  await remove(INDEX);
  expect(await statusOfIndex()).toBe(404);
  const { code, stdout, stderr } = await served.run(['reconcile']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^FOUND +KEY +WHAT$/m);
  expect(stdout).toMatch(new RegExp(`^healed +${INDEX} +index-written$`, 'm'));
  expect(stdout).toMatch(/^Packages 1, indexes 1: healed 1, unexplained 0, failed 0\.$/m);
  expect(await statusOfIndex()).toBe(200);
  expect(await served.run(['reconcile'])).toMatchObject({
    code: 0,
    stdout: 'Packages 1, indexes 1: healed 0, unexplained 0, failed 0.\n',
  });
});

test('reconcile ends with 1 while something is unexplained', async () => {
  const key = 'acme/v3.22/main/x86_64/stray.txt';
  await copyByHand(served.registry.standIns.clients, key, Buffer.from('by hand'));
  const { code, stdout } = await served.run(['reconcile']);
  expect(code).toBe(1);
  expect(stdout).toMatch(new RegExp(`^unexplained +${key} +orphan$`, 'm'));
  const json = await served.run(['reconcile', '--json']);
  expect(json.code).toBe(1);
  expect(JSON.parse(json.stdout)).toMatchObject({ reconciled: { unexplained: [{ kind: 'orphan', key }] } });
  await remove(key);
});

test('reindex says which index it had to write, and which was right', async () => {
  await remove(INDEX);
  const { code, stdout, stderr } = await served.run(['reindex', 'acme/v3.22/main']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(new RegExp(`^${INDEX} +written$`, 'm'));
  expect(await statusOfIndex()).toBe(200);
  const again = await served.run('reindex acme/v3.22/main --arch x86_64'.split(' '));
  expect(again.stdout).toMatch(new RegExp(`^${INDEX} +was right$`, 'm'));
  const json = await served.run('reindex acme/v3.22/main --json'.split(' '));
  expect(JSON.parse(json.stdout)).toEqual({ reindexed: [INDEX], changed: [], failed: [] });
});

test('who may not ask, and what is not there, is told in the words of the registry', async () => {
  const ALPENGLOW_TOKEN = await served.token('admin:acme');
  const all = await served.run(['reconcile'], { ALPENGLOW_TOKEN });
  expect([all.code, all.stderr]).toEqual([1, expect.stringMatching(/has no right to admin in \*\.\n$/)]);
  expect((await served.run(['reindex', 'acme/v3.22/main'], { ALPENGLOW_TOKEN })).code).toBe(0);
  const none = await served.run(['reindex', 'acme/v3.22/mian'], { ALPENGLOW_TOKEN });
  expect([none.code, none.stderr]).toEqual([
    1,
    'acme/v3.22/mian has no index: nothing was published there.\n',
  ]);
});

test.each([[[]], [['acme']], [['acme/v3.22/main/x86_64']], [['acme//main']], [['a/b/c', 'd/e/f']]])(
  'reindex %j is asked wrongly',
  async (args) => {
    const { code, stderr } = await served.run(['reindex', ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain('\nalpenglow reindex OWNER/BRANCH/REPOSITORY');
  },
);

test('what goes on longer than a request may is no success yet, and a deployment has it in its log', async () => {
  const slow = await listen(() => Response.json({ state: 'running' }, { status: 202 }));
  try {
    for (const words of [['reconcile'], ['reindex', 'acme/v3.22/main']]) {
      const { code, stdout, stderr } = await alpenglow([...words, '--url', slow.url, '--token', 'a']);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/goes on\. .*log of its Reconcile function/);
    }
  } finally {
    await slow.close();
  }
});
