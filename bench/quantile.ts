/** @throws TypeError of no numbers */
function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const found = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (found === undefined) throw new TypeError('no numbers');
  return found;
}

/** @throws TypeError of no numbers */
export const median = (numbers: readonly number[]): number => quantile(numbers, 0.5);

/** p50, p95 and the most, in whole milliseconds. */
export const spreadOf = (milliseconds: readonly number[]): string[] =>
  [0.5, 0.95, 1].map((share) => quantile(milliseconds, share).toFixed(0));
