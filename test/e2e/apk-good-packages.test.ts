import { ApkRoot, describeWithApk, keysOf } from '#test/support/apk-client.ts';
import { GOOD_PACKAGES } from '#test/support/good-packages.ts';
import { RunningRegistry } from '#test/support/running-registry.ts';

const REPOSITORY = 'acme/v3.22/good';

let registry: RunningRegistry;
let keys: Record<string, string>;
beforeAll(async () => {
  registry = await RunningRegistry.start();
  keys = await keysOf(registry);
}, 90_000);
afterAll(() => registry?.close());

test.each(GOOD_PACKAGES)('$title: published without a warning', async ({ bytes }) => {
  const response = await registry.put(REPOSITORY, await bytes(), '?wait=20');
  const answer = await response.json();
  expect(answer).toMatchObject({ warnings: [], indexed: true });
  expect(response.status).toBe(201);
});

describeWithApk('apk', () => {
  test.each(GOOD_PACKAGES)('$title: installed', async ({ name, files }) => {
    const root = await ApkRoot.create({ repositories: [`${registry.url}/${REPOSITORY}`], keys });
    try {
      const { code, output } = await root.run('add', '--no-scripts', '--no-cache', name);
      expect([code, output]).toEqual([0, expect.not.stringMatching(/warning|error/i)]);
      expect(await root.installed()).toContain(name);
      for (const [path, content] of Object.entries(files)) {
        expect([path, (await root.read(path)).equals(Buffer.from(content))]).toEqual([path, true]);
      }
    } finally {
      await root.close();
    }
  });
});
