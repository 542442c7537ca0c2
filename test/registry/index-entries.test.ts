import { encodeIndex } from '#apk/package-index.ts';
import { emptyPackageInfo } from '#apk/package-info.ts';
import { type Listing, readListing } from '#registry/index-entries.ts';
import type { Signer } from '#registry/ports.ts';
import { signIndex } from '#registry/sign-index.ts';
import { localSigner } from '#test/support/local-signer.ts';

const [ours, foreign] = [localSigner('signing-key'), localSigner('builder')];

const entries = Array.from({ length: 600 }, (_, i) => ({
  info: { ...emptyPackageInfo(), name: `p${i}`, version: '1-r0', arch: 'x86_64' },
  checksum: 'Q1a=',
  size: i,
}));

/** A bit of the packages' text that no header is checked by. */
async function damaged(signer: Signer): Promise<Buffer> {
  const index = await signIndex(await encodeIndex(entries, 'main'), [signer]);
  const at = index.length - 1_000;
  index.writeUInt8(index.readUInt8(at) ^ 1, at);
  return index;
}

const namesIn = (listing: Listing | undefined) =>
  listing?.flatMap((segment) => segment.entries().map(({ info }) => info.name));

test('an index is read with all that it lists, whoever signed it', async () => {
  for (const signer of [ours, foreign]) {
    const index = await signIndex(await encodeIndex(entries, 'main'), [signer]);
    const listing = await readListing(index, [ours]);
    expect(listing?.length).toBeGreaterThan(1);
    expect(namesIn(listing)?.sort()).toEqual(entries.map(({ info }) => info.name).sort());
  }
});

test('what an index says of its parts is not believed where the signature is not ours, or wrong', async () => {
  expect(await readListing(await damaged(ours), [ours])).toBeUndefined();
  expect(await readListing(await damaged(foreign), [ours])).toBeUndefined();
});
