import { type SoakOutcome, soak } from '#test/soak/soak.ts';
import { synthesize } from '#test/support/bundled-registry/synthesize.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

export async function benchSoak(minutes: number, seed: number, only?: string): Promise<string[]> {
  const { folder, remove } = await temporaryFolder();
  process.env.ALPENGLOW_ASSEMBLY = folder;
  const o: SoakOutcome[] = [];
  try {
    await synthesize(folder);
    for (const program of ['sources', 'bundles'] as const) {
      if (only && program !== only) continue;
      o.push(
        await soak({
          program,
          seed,
          stormSeconds: minutes * 40,
          calmSeconds: minutes * 20,
          killGap: [2000, 8000],
          minKills: 1,
        }),
      );
    }
  } finally {
    await remove();
  }
  return o.map((x) =>
    JSON.stringify(
      {
        c: [...x.findings.countsOf('')].sort(),
        f: x.findings.faults.slice(0, 40),
        m: x.memory,
        out: x.output
          .split('\n')
          .filter((l) => !/^The function/.test(l))
          .slice(-60),
      },
      null,
      1,
    ),
  );
}
