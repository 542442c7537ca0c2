import { ApkRoot, keysOf } from '#test/support/apk-client.ts';
import { describeWithApk } from '#test/support/describe-with-apk.ts';
import { fetchIndex } from '#test/support/fetch-index.ts';
import { GOOD_PACKAGES } from '#test/support/good-packages.ts';
import { registryUnderTest } from '#test/support/registry-under-test.ts';
import { until } from '#test/support/until.ts';

const registry = registryUnderTest();
const REPOSITORY = `${registry.owner}/v3.22/good`;

let keys: Record<string, string>;
beforeAll(async () => {
  keys = await keysOf(registry);
});

test.each(GOOD_PACKAGES)('$title: published without a warning', async ({ bytes }) => {
  const response = await registry.put(REPOSITORY, await bytes());
  const answer = await response.json();
  expect(answer).toMatchObject({ warnings: [] });
  expect(response.status).toBe(201);
});

test('all of them are listed', async () => {
  await until('the index lists all', async () => {
    const listed = await fetchIndex(registry, `${REPOSITORY}/x86_64`);
    return listed?.length === GOOD_PACKAGES.length;
  });
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
