import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { IndexEntry } from '#apk/index-entry.ts';
import { decodeIndex, encodeIndex, encodeSegments } from '#apk/package-index.ts';
import { applyRecords, type Listing, readListing } from '#registry/index-entries.ts';
import type { PackageRecord } from '#registry/ports.ts';
import { signIndex } from '#registry/sign-index.ts';
import { peakBytes } from '../peak-bytes.ts';
import { median } from '../quantile.ts';
import { TimedSigner } from '../timed-signer.ts';

/** What a process tells that put packages into an index, one after the other: bytes in, bytes out, without signing. */
export interface Editing {
  milliseconds: number;
  /** Of inflating and deflating all of it, as without segments. */
  wholeMilliseconds: number;
  /** Of the index with all packages but one. */
  bytes: number;
  /** Until then, the entries in JSON included. */
  peakBytes: number;
}

const description = 'bench/edge/main';
const [, , file = '', last = '1'] = process.argv;
const entries: IndexEntry[] = JSON.parse(readFileSync(file, 'utf8'));
const signers = [new TimedSigner()];
let index: Uint8Array = await signIndex(
  await encodeIndex(entries.slice(0, -Number(last)), description),
  signers,
);
const bytes = index.length;

/** How long `act` takes, but for signing. */
async function time(act: () => Promise<Uint8Array>): Promise<{ result: Uint8Array; milliseconds: number }> {
  const [signer] = signers as [TimedSigner];
  const signedBefore = signer.signingMilliseconds;
  const start = performance.now();
  const result = await act();
  return { result, milliseconds: performance.now() - start - (signer.signingMilliseconds - signedBefore) };
}

async function edit(before: Uint8Array, entry: IndexEntry): Promise<Uint8Array> {
  const listing = (await readListing(before, signers)) as Listing;
  const { name, version, arch } = entry.info;
  const record = { ...entry, name, version, arch, state: 'live' } as PackageRecord;
  return signIndex(await encodeSegments(applyRecords(listing, [record], [record]), description), signers);
}

const times: number[] = [];
for (const entry of entries.slice(-Number(last))) {
  const { result, milliseconds } = await time(() => edit(index, entry));
  times.push(milliseconds);
  index = result;
}
const editingPeakBytes = peakBytes();
const whole = await time(async () =>
  signIndex(await encodeIndex(await decodeIndex(index), description), signers),
);
if (!Buffer.from(whole.result).equals(index)) throw new Error('The changed index is not the one made anew');
const editing: Editing = {
  milliseconds: median(times),
  wholeMilliseconds: whole.milliseconds,
  bytes,
  peakBytes: editingPeakBytes,
};
process.stdout.write(JSON.stringify(editing));
