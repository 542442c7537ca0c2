import { someCasesOf } from './cases.ts';
import { OPERATIONS } from './operations/all.ts';
import { RegistryUnderFaults, type Snapshot } from './registry-under-faults.ts';
import { type Case, prepareTrial, runCase } from './run-case.ts';

let registry: RegistryUnderFaults;
let empty: Snapshot;
beforeAll(async () => {
  registry = await RegistryUnderFaults.start();
  empty = await registry.snapshot();
});
afterAll(() => registry.close());

/** What `npm run bench -- faults` tries has these, and takes half an hour. */
const TRIED = OPERATIONS.filter(({ isTested }) => isTested).map(
  (operation) => [operation.name, operation] as const,
);

test.each(TRIED)(
  '%s: what was answered holds, whichever of its calls fails, loses its answer or is the last of its process',
  async (_name, operation) => {
    const trial = await prepareTrial(operation, registry, empty);
    const wrong: [Case, string[]][] = [];
    for (const each of someCasesOf(trial)) wrong.push([each, (await runCase(trial, each)).wrong]);
    expect(wrong.length).toBeGreaterThan(0);
    expect(wrong.filter(([, found]) => found.length > 0)).toEqual([]);
  },
  60_000,
);
