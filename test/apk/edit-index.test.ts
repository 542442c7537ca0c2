import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { type EntryChange, editSegments } from '#apk/edit-index.ts';
import { gzip } from '#apk/gzip.ts';
import type { IndexEntry } from '#apk/index-entry.ts';
import type { IndexSegment } from '#apk/index-segment.ts';
import { decodeIndex, encodeIndex, encodeSegments, openSegments, orderEntries } from '#apk/package-index.ts';
import { emptyPackageInfo } from '#apk/package-info.ts';

const NAMES = 400;
const VERSIONS = 5;

function entryAt(i: number): IndexEntry {
  const info = {
    ...emptyPackageInfo(),
    name: `p${Math.floor(i / VERSIONS)}`,
    version: `${1 + (i % VERSIONS)}-r0`,
  };
  const arch = i % 7 === 0 ? 'noarch' : 'x86_64';
  return { info: { ...info, arch, description: `of ${i}` }, checksum: `Q1${i}`, size: i };
}

const texts = (segments: readonly IndexSegment[]) => segments.map((each) => each.text().toString());
const changeTo = (entry: IndexEntry): EntryChange => ({ name: entry.info, entry });
const removal = (entry: IndexEntry): EntryChange => ({ name: entry.info, entry: undefined });

const all = Array.from({ length: NAMES * VERSIONS }, (_, i) => entryAt(i));
/** Which of them an index has. */
const chosen = fc.array(fc.boolean(), { minLength: all.length, maxLength: all.length });
const changed = fc.uniqueArray(fc.nat(all.length - 1), { maxLength: 300 });

test('an index that was changed is byte for byte the index made anew, whatever was in it', () => {
  fc.assert(
    fc.property(chosen, changed, (has, toggled) => {
      const before = all.filter((_, i) => has[i]);
      const changes = toggled.map((i) => (has[i] ? removal : changeTo)(all[i] as IndexEntry));
      const after = all.filter((_, i) => toggled.includes(i) !== has[i]);
      expect(texts(editSegments(orderEntries(before), changes))).toEqual(texts(orderEntries(after)));
    }),
    { numRuns: 20 },
  );
});

test('each border may come and go', () => {
  const index = orderEntries(all);
  expect(index.length).toBeGreaterThan(4);
  for (const [i, segment] of index.entries()) {
    const [first, ...others] = segment.entries() as [IndexEntry, ...IndexEntry[]];
    const without = editSegments(index, [removal(first)]);
    expect(without).toHaveLength(i === 0 ? index.length : index.length - 1);
    expect(texts(editSegments(without, [changeTo(first)]))).toEqual(texts(index));
    const emptied = editSegments(index, [first, ...others].map(removal));
    expect(texts(emptied)).toEqual(texts(index.filter((each) => each !== segment)));
  }
  expect(editSegments(index, all.map(removal))).toEqual([]);
});

test('what does not change is neither inflated nor deflated again', async () => {
  const stored = openSegments(await encodeIndex(all, ''));
  if (stored === undefined) throw new Error('no segments');
  const edited = editSegments(stored, [changeTo({ ...entryAt(900), size: 1 })]);
  expect(edited.filter((segment, i) => segment !== stored[i])).toHaveLength(1);
});

test('a change to what is there already is none', async () => {
  const stored = openSegments(await encodeIndex(all, '')) ?? [];
  expect(
    editSegments(stored, [
      changeTo(entryAt(5)),
      removal({ ...entryAt(6), info: { ...entryAt(6).info, name: 'x' } }),
    ]),
  ).toBe(stored);
});

test('a package is put in and taken out of a stored index, which tar and gzip read as before', async () => {
  const stored = openSegments(await encodeIndex(all.slice(1), 'main')) ?? [];
  const member = await encodeSegments(editSegments(stored, [changeTo(entryAt(0))]), 'main');
  expect(Buffer.from(member)).toEqual(Buffer.from(await encodeIndex(all, 'main')));
});

test('a native and a noarch package of one name and version stand in one order', async () => {
  const noarch = entryAt(0);
  const native = { ...noarch, info: { ...noarch.info, arch: 'x86_64' } };
  expect(await encodeIndex([noarch, native], '')).toEqual(await encodeIndex([native, noarch], ''));
  expect(editSegments(orderEntries([noarch, native]), [removal(native)])[0]?.entries()).toEqual([noarch]);
});

const REAL = '../shared/apks/alpine-3.17-main-APKINDEX.tar.gz';
(existsSync(REAL) ? test : test.skip)("Alpine's index is at most 5 % larger for its segments", async () => {
  const member = await encodeIndex(await decodeIndex(readFileSync(REAL)), 'main');
  expect(member.length).toBeLessThan(1.05 * gzip(gunzipSync(member)).length);
});
