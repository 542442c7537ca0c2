/**
 * The candidate that a word was probably meant to be: at most one slip for each three letters of the word.
 * @returns `undefined` where none is that near
 */
export function nearestWord(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, slips: editDistance(word, candidate) }))
    .sort((a, b) => a.slips - b.slips);
  const [best] = ranked;
  return best !== undefined && best.slips * 3 <= Math.max(word.length, 3) ? best.candidate : undefined;
}

/** Letters left out, put in or taken for another, and neighbours exchanged. Source: optimal string alignment distance. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [];
  for (let i = 0; i <= a.length; i++) {
    const row: number[] = [i];
    for (let j = 1; j <= b.length; j++) {
      row.push(i === 0 ? j : cheapest(rows, row, { a, b, i, j }));
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}

function cheapest(
  rows: readonly number[][],
  row: readonly number[],
  { a, b, i, j }: { a: string; b: string; i: number; j: number },
): number {
  const at = (k: number, l: number) => rows[k]?.[l] ?? Number.POSITIVE_INFINITY;
  const isSame = a[i - 1] === b[j - 1];
  const isExchanged = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
  return Math.min(
    at(i - 1, j) + 1,
    (row[j - 1] ?? Number.POSITIVE_INFINITY) + 1,
    at(i - 1, j - 1) + (isSame ? 0 : 1),
    isExchanged ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
  );
}
