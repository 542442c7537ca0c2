import { courseOf, type MemoryCourse } from '#test/soak/memory.ts';
import { type SoakOptions, type SoakOutcome, soak } from '#test/soak/soak.ts';
import { tableOf } from './table.ts';

type Program = SoakOptions['program'];

const PROGRAMS: readonly Program[] = ['sources', 'bundles'];
/** Of the time, in which the server is killed, too. */
const STORM_SHARE = 1 / 2;
const KILL_GAP_MS = [2_000, 8_000] as const;

/** What is counted, by the beginning of its name, in the order of the table. */
const COUNTED = ['answer, ', 'kill, ', 'read, ', 'healed, ', 'in the end, '];

/** Which of the times the table has. */
const TIMES = [
  { what: 'published', name: 'median', share: 0.5 },
  { what: 'published', name: '95 %', share: 0.95 },
  { what: 'published and listed', name: 'median', share: 0.5 },
  { what: 'published and listed', name: '95 %', share: 0.95 },
  { what: 'upload published', name: 'median', share: 0.5 },
  { what: 'listed though deleted', name: 'longest', share: 1 },
  { what: 'ready again', name: 'median', share: 0.5 },
];

/**
 * A registry under load whose processes are killed at random, as readers see it and as it is found in the end:
 * `minutes` of the sources, which are one process, then of the bundles, where each function has its own.
 */
export async function benchSoak(minutes: number, seed: number, only?: string): Promise<string[]> {
  const outcomes = new Map<Program, SoakOutcome>();
  const seconds = minutes * 60;
  const stormSeconds = Math.round(seconds * STORM_SHARE);
  const plan = {
    seed,
    stormSeconds,
    calmSeconds: seconds - stormSeconds,
    killGap: KILL_GAP_MS,
    minKills: 1,
  };
  for (const program of PROGRAMS) {
    if (only === undefined || only === program) outcomes.set(program, await soak({ program, ...plan }));
  }
  return report(outcomes, seed);
}

function report(outcomes: ReadonlyMap<Program, SoakOutcome>, seed: number): string[] {
  const all = [...outcomes.values()];
  const row = (title: string, cell: (outcome: SoakOutcome) => string) => [title, ...all.map(cell)];
  const counts = COUNTED.flatMap((beginning) => {
    const names = new Set(all.flatMap(({ findings }) => [...findings.countsOf(beginning).keys()]));
    return [...names]
      .sort()
      .map((name) => row(beginning + name, ({ findings }) => String(findings.countOf(beginning + name))));
  });
  const rows = [
    row('faults', ({ findings }) => String(findings.faults.length)),
    ...counts,
    ...TIMES.map(({ what, name, share }) =>
      row(`${what}, ${name} ms`, (outcome) => quantile(outcome, what, share)),
    ),
    ...(['first', 'last', 'peak'] as const).map((which) =>
      row(`resident in the calm, ${which} MiB`, (outcome) => residentOf(outcome, which, 0)),
    ),
    row('resident in the calm, MiB a minute', (outcome) => residentOf(outcome, 'slope', 2)),
    row('heap without garbage, MiB once it is warm', ({ memory }) => memory?.heapWarm.toFixed(1) ?? ''),
    row('heap without garbage, MiB in the end', ({ memory }) => memory?.heapAfter.toFixed(1) ?? ''),
  ];
  const faults = [...outcomes].flatMap(([program, { findings }]) =>
    findings.faults.map(({ at, what, path }) => `FAULT ${at} ${program}, seed ${seed}: ${path}: ${what}`),
  );
  if (faults.length > 0) process.exitCode = 1;
  return [...tableOf([`seed ${seed}`, ...outcomes.keys()], rows), ...faults];
}

function quantile({ findings }: SoakOutcome, what: string, share: number): string {
  const all = findings.millisecondsOf(what);
  return all[Math.ceil(all.length * share) - 1]?.toFixed(0) ?? '';
}

const residentOf = ({ memory }: SoakOutcome, figure: keyof MemoryCourse, digits: number): string =>
  courseOf(memory?.resident ?? [])?.[figure].toFixed(digits) ?? '';
