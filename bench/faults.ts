import { casesOf } from '#test/faults/cases.ts';
import type { Operation } from '#test/faults/operation.ts';
import { OPERATIONS } from '#test/faults/operations/all.ts';
import { RegistryUnderFaults } from '#test/faults/registry-under-faults.ts';
import { type Case, prepareTrial, runCase, type Trial } from '#test/faults/run-case.ts';
import type { FaultKind } from '#test/support/faulty-clients.ts';
import { tableOf } from './table.ts';

/** The columns of the table, and what is counted in each. */
const COLUMNS: Record<string, readonly FaultKind[]> = {
  kill: ['kill before', 'kill after'],
  error: ['error before', 'error after'],
  'attempt fails': ['attempt fails'],
  'answer lost': ['answer lost'],
  duplicate: ['duplicate'],
  delay: ['delay before', 'delay after'],
};

interface Tally {
  row: string[];
  failures: string[];
}

/**
 * Every fault at every call of every operation: what survived, and where the daily comparison was needed for it.
 * @param named one operation alone
 */
export async function benchFaults(named?: string): Promise<string[]> {
  const tallies: Tally[] = [];
  for (const operation of OPERATIONS.filter(({ name }) => named === undefined || name === named)) {
    tallies.push(await tryOperation(operation));
  }
  const columns = ['operation', 'calls', 'cases', ...Object.keys(COLUMNS), 'survived', 'needed reconcile'];
  const failures = tallies.flatMap((tally) => tally.failures);
  if (failures.length > 0) process.exitCode = 1;
  return [
    ...tableOf(
      columns,
      tallies.map(({ row }) => row),
    ),
    ...(failures.length > 0 ? [''] : []),
    ...failures,
  ];
}

/** At a registry of its own: its clock stands still, and what S3 says of objects must not be hours away from it. */
async function tryOperation(operation: Operation): Promise<Tally> {
  const registry = await RegistryUnderFaults.start();
  try {
    const trial = await prepareTrial(operation, registry, await registry.snapshot());
    return await tryCases(trial);
  } finally {
    await registry.close();
  }
}

async function tryCases(trial: Trial): Promise<Tally> {
  const { operation } = trial;
  const cases = casesOf(trial);
  const failures: string[] = [];
  let [survived, reconciled] = [0, 0];
  for (const each of cases) {
    const { wrong, neededReconcile } = await runCase(trial, {
      ...each,
      isCompared: each.rival === undefined,
    });
    if (wrong.length === 0) survived += 1;
    else failures.push(`${nameOf(operation, trial.calls, each)}: ${wrong.join('; ')}`);
    if (neededReconcile) reconciled += 1;
  }
  const counts = Object.values(COLUMNS).map(
    (kinds) => cases.filter(({ fault }) => kinds.includes(fault.kind)).length,
  );
  const row = [
    operation.name,
    ...[trial.calls.length, cases.length, ...counts, survived, reconciled].map(String),
  ];
  return { row, failures };
}

const nameOf = ({ name }: Operation, calls: readonly string[], { fault, rival }: Case): string =>
  `${name}, ${fault.kind} call ${fault.at} (${calls[fault.at - 1]})${rival ? `, ${rival.name}` : ''}`;
