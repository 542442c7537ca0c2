import { someCasesOf } from './cases.ts';
import { OPERATIONS } from './operations/all.ts';
import { RegistryUnderFaults, type Snapshot } from './registry-under-faults.ts';
import { type Case, type CaseOutcome, prepareTrial, runCase } from './run-case.ts';

let registry: RegistryUnderFaults;
let empty: Snapshot;
beforeAll(async () => {
  registry = await RegistryUnderFaults.start();
  empty = await registry.snapshot();
});
afterAll(() => registry.close());

/** What `npm run bench -- faults` tries has these, and takes a quarter of an hour. */
const TRIED = OPERATIONS.filter(({ isTested }) => isTested).map(
  (operation) => [operation.name, operation] as const,
);

test.each(TRIED)(
  '%s: what was answered holds, whichever of its calls loses its answer, or is the last of its process',
  async (_name, operation) => {
    const trial = await prepareTrial(operation, registry, empty);
    const tried: (Case & CaseOutcome)[] = [];
    for (const each of someCasesOf(trial)) tried.push({ ...each, ...(await runCase(trial, each)) });
    expect(tried.length).toBeGreaterThan(0);
    expect(tried.filter(({ wrong }) => wrong.length > 0)).toEqual([]);
    if (!operation.isHealedDaily) expect(tried.filter((each) => each.neededReconcile)).toEqual([]);
  },
  60_000,
);
