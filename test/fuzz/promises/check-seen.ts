import type { AcceptedPackage } from '../targets/package-targets.ts';
import { gunzipByGnu, seenByGnu } from './seen-by-gnu.ts';
import { inflateAll, type SeenEntry, seenByUs } from './seen-by-us.ts';

/**
 * What our decoder sees in packages is what GNU tar and gzip see in them. They are shown many at once, and where they
 * see anything else, each alone.
 * @returns a text for each that is seen otherwise
 */
export async function differencesSeen(packages: readonly AcceptedPackage[]): Promise<string[]> {
  const first = await differenceSeen(packages.map(({ bytes }) => bytes));
  if (first === undefined) return [];
  const found: string[] = [];
  for (const { id, bytes, changes } of packages) {
    const difference = await differenceSeen([bytes]);
    if (difference !== undefined)
      found.push(`${id}: ${difference}\n  ${changes.join('; ')}\n  again: npm run bench -- fuzz ${id}`);
  }
  return found.length === 0 ? [`of ${packages.length} packages together: ${first}`] : found;
}

/** The first difference; of packages that stand one behind the other, as gzip and tar read them, too. */
async function differenceSeen(packages: readonly Uint8Array[]): Promise<string | undefined> {
  const tars: Buffer[] = [];
  const entries: SeenEntry[] = [];
  for (const bytes of packages) {
    const tar = await inflateAll(bytes);
    tars.push(tar);
    entries.push(...(await seenByUs(tar)));
  }
  try {
    const tar = gunzipByGnu(Buffer.concat(packages));
    if (!tar.equals(Buffer.concat(tars))) return 'gzip inflates other bytes than we do';
    return differenceBetween(entries, seenByGnu(tar));
  } catch (error) {
    return (error as Error).message;
  }
}

function differenceBetween(ours: readonly SeenEntry[], theirs: readonly SeenEntry[]): string | undefined {
  const [mine, others] = [ours.map(lineOf), theirs.map(lineOf)];
  const at = mine.findIndex((line, i) => line !== others[i]);
  if (at === -1 && mine.length === others.length) return undefined;
  return `we see ${mine.at(at)}, GNU tar sees ${others.at(at)}, of ${mine.length} and ${others.length}`;
}

/** A directory's name may have a slash at its end; GNU tar prints one either way. */
const lineOf = (entry: SeenEntry) =>
  JSON.stringify({
    ...entry,
    name: entry.type === 'directory' ? entry.name.replace(/\/*$/, '') : entry.name,
  });
