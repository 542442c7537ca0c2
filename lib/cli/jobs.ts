import { UsageError } from './command.ts';

/**
 * How many are done at a time.
 * @throws UsageError
 */
export function jobsIn(text: string | undefined, byDefault: number): number {
  if (text === undefined) return byDefault;
  if (/^[1-9][0-9]?$/.test(text)) return Number(text);
  throw new UsageError(`--jobs is ${JSON.stringify(text)}, not a number from 1 to 99.`);
}
