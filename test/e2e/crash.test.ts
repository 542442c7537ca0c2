import { buildPackage } from '#test/support/build-package.ts';
import { fetchIndex } from '#test/support/fetch-index.ts';
import { describeStarted, startedRegistry } from '#test/support/registry-under-test.ts';
import type { RunningRegistry } from '#test/support/running-registry.ts';
import { until } from '#test/support/until.ts';

/** What is killed is the stand-ins; of the bundles it is only shown that they go on with what is left. */
const KILLS = Number(process.env.CRASH_KILLS ?? (globalThis.alpenglowProgram === 'bundles' ? 2 : 5));

describeStarted('a process', () => {
  const registry = startedRegistry();
  const REPOSITORY = `${registry.owner}/v3.22/main`;
  const FOLDER = `${REPOSITORY}/x86_64`;
  test(
    `that is killed ${KILLS} times during a burst loses nothing it accepted and lists nothing half-published`,
    async () => {
      const accepted = new Set<string>();
      const sent: { name: string; file: Buffer }[] = [];
      for (let kill = 0; kill < KILLS; kill++) {
        const burst = await Promise.all(
          Array.from({ length: 24 }, async (_, i) => {
            const name = `k${kill}-${i}`;
            return { name, file: await buildPackage({ name }) };
          }),
        );
        sent.push(...burst);
        const answers = publishAll(registry, REPOSITORY, burst, accepted);
        const target = accepted.size + 2 + 3 * (kill % 5);
        await until('some are accepted', async () => accepted.size >= target);
        await registry.stop('SIGKILL');
        await answers;
        await registry.start();
      }
      const expected = [...accepted].map((name) => `${name}-1.0-r0.apk`);
      await until('the index lists all that was accepted', async () => {
        const listed = new Set(await fetchIndex(registry, FOLDER));
        return expected.every((file) => listed.has(file));
      });
      for (const { name, file } of sent) {
        const stored = await registry.fetch(`/${FOLDER}/${name}-1.0-r0.apk`);
        const listed = (await fetchIndex(registry, FOLDER))?.includes(`${name}-1.0-r0.apk`);
        if (listed) expect(Buffer.from(await stored.arrayBuffer())).toEqual(file);
        else expect(accepted.has(name)).toBe(false);
      }
      // What got no answer can simply be sent again: published by the event meanwhile, or now.
      for (const { name, file } of sent) {
        expect([201, 409]).toContain((await registry.put(REPOSITORY, file)).status);
        accepted.add(name);
      }
      await until(
        'everything is listed',
        async () => (await fetchIndex(registry, FOLDER))?.length === sent.length,
      );
    },
    KILLS * 30_000,
  );
});

/** Sends all, eight at a time, and notes the accepted; those that the kill cuts off are forgotten. */
async function publishAll(
  registry: RunningRegistry,
  repository: string,
  burst: readonly { name: string; file: Buffer }[],
  accepted: Set<string>,
): Promise<void> {
  const queue = [...burst];
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const response = await registry.put(repository, next.file).catch(() => undefined);
      if (response?.status === 201) accepted.add(next.name);
      if (response === undefined) return;
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}
