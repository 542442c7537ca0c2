import { describeViolation, playHistories } from '#test/events/play-histories.ts';
import { TROUBLES } from '#test/events/troubles.ts';
import { tableOf } from './table.ts';

const HISTORIES = '200';

/**
 * Random histories of publishes, deletes and index updates, so many for each kind of trouble; what was not kept is
 * printed, call by call.
 * @param argument how many, of the seeds from 1; or `@SEED`, to play one again
 */
export async function benchEvents(argument = HISTORIES): Promise<string[]> {
  const isOne = argument.startsWith('@');
  const [firstSeed, histories] = isOne ? [Number(argument.slice(1)), 1] : [1, Number(argument)];
  const rows: string[][] = [];
  const told: string[] = [];
  for (const trouble of TROUBLES) {
    const { steps, deadLetters, violations } = await playHistories(trouble, { firstSeed, histories });
    const name = trouble.isBeyond ? `${trouble.name} (not promised)` : trouble.name;
    rows.push([name, ...[histories, steps, deadLetters, violations.length].map(String)]);
    const [first] = violations;
    if (first && !trouble.isBeyond) process.exitCode = 1;
    if (first && (isOne || !trouble.isBeyond)) told.push('', trouble.name, ...describeViolation(first));
    else if (first) told.push('', `${trouble.name}: ${first.violation?.message.split('\n')[0]}`);
  }
  const seeds = `seeds ${firstSeed} to ${firstSeed + histories - 1} of each`;
  return [...tableOf([seeds, 'histories', 'steps', 'dead letters', 'violations'], rows), ...told];
}
