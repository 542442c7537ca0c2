import { soak } from '#test/soak/soak.ts';
import { describeStarted } from '#test/support/registry-under-test.ts';

const KILLS = 3;

describeStarted('a registry under load', () => {
  test(`whose processes are killed ${KILLS} times keeps what it accepted, and shows no reader anything half-made`, async () => {
    const { findings } = await soak({
      program: globalThis.alpenglowProgram ?? 'sources',
      seed: 4,
      stormSeconds: 0,
      calmSeconds: 0,
      killGap: [300, 900],
      minKills: KILLS,
    });
    expect(findings.faults).toEqual([]);
    expect(findings.countOf('answer, PUT: 201')).toBeGreaterThan(0);
    expect(findings.countOf('read, index with verify')).toBeGreaterThan(0);
  }, 300_000);
});
