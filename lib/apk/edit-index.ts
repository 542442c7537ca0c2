import type { IndexEntry } from './index-entry.ts';
import { compareEntryNames, type EntryName } from './index-order.ts';
import { beginsSegment, IndexSegment, partEntries } from './index-segment.ts';

/** What an index is to say of one package from now on. */
export interface EntryChange {
  name: EntryName;
  /** `undefined`: nothing. */
  entry: IndexEntry | undefined;
}

/**
 * The segments of an index after changes, which are of different packages. Those that say the same as before are taken over as they are.
 * @returns `segments` itself, if nothing changes
 * @throws ApkFormatError `corrupt-gzip`, `bad-index`
 */
export function editSegments(
  segments: readonly IndexSegment[],
  changes: readonly EntryChange[],
): readonly IndexSegment[] {
  const changesOf = groupBySegment(segments, changes);
  const edited: IndexSegment[] = [];
  let hasChanged = false;
  for (const [i, segment] of (segments.length > 0 ? segments : [IndexSegment.ofEntries([])]).entries()) {
    const entries = applyChanges(segment, changesOf.get(i) ?? []);
    if (entries === undefined) {
      edited.push(segment);
      continue;
    }
    hasChanged = true;
    const [first] = entries;
    // Without the entry that began it, what is left goes on with the segment before.
    const before = first === undefined || beginsSegment(first) ? undefined : edited.pop();
    edited.push(...partEntries([...(before?.entries() ?? []), ...entries]));
  }
  return hasChanged ? edited : segments;
}

function groupBySegment(
  segments: readonly IndexSegment[],
  changes: readonly EntryChange[],
): Map<number, EntryChange[]> {
  const groups = new Map<number, EntryChange[]>();
  for (const change of changes) {
    const at = segmentOf(change.name, segments);
    groups.set(at, [...(groups.get(at) ?? []), change]);
  }
  return groups;
}

/** The last segment that begins with the entry or one before it; the first, when none does. */
function segmentOf(name: EntryName, segments: readonly IndexSegment[]): number {
  let [low, high] = [0, segments.length];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    const first = segments[middle]?.first();
    if (first !== undefined && compareEntryNames(first.info, name) <= 0) low = middle;
    else high = middle;
  }
  return low;
}

/** @returns the entries of the segment afterwards; `undefined` if it says the same as before */
function applyChanges(segment: IndexSegment, changes: readonly EntryChange[]): IndexEntry[] | undefined {
  if (changes.length === 0) return undefined;
  const isOther = ({ info }: IndexEntry) => changes.every(({ name }) => compareEntryNames(info, name) !== 0);
  const put = changes.flatMap(({ entry }) => entry ?? []);
  const entries = [...segment.entries().filter(isOther), ...put].sort((a, b) =>
    compareEntryNames(a.info, b.info),
  );
  return IndexSegment.ofEntries(entries).text().equals(segment.text()) ? undefined : entries;
}
