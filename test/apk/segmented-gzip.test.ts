import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { ApkFormatError } from '#apk/apk-format-error.ts';
import {
  deflateSegment,
  inflateSegment,
  joinSegments,
  MAX_SEGMENTS,
  splitSegments,
} from '#apk/segmented-gzip.ts';

const parts = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 6 });

test('any gzip reader sees one member of all segments', () => {
  fc.assert(
    fc.property(parts, (bytes) => {
      expect(gunzipSync(joinSegments(bytes.map(deflateSegment)))).toEqual(Buffer.concat(bytes));
    }),
    { numRuns: 50 },
  );
});

test('a member says where its segments are', () => {
  fc.assert(
    fc.property(parts, (bytes) => {
      const read = splitSegments(joinSegments(bytes.map(deflateSegment)));
      expect(read?.map(inflateSegment)).toEqual(bytes.map((each) => Buffer.from(each)));
    }),
    { numRuns: 50 },
  );
});

test('of a member that was cut off or changed, nothing wrong is read', () => {
  const bytes = ['one', 'two', 'three'].map((text) => Buffer.from(text));
  const member = joinSegments(bytes.map(deflateSegment));
  for (let i = 0; i < member.length; i++) expect(splitSegments(member.subarray(0, i))).toBeUndefined();
  for (let bit = 0; bit < 8 * member.length; bit++) {
    const damaged = Buffer.from(member);
    damaged.writeUInt8(damaged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    expect([undefined, bytes]).toContainEqual(readOrRefuse(damaged));
  }
});

function readOrRefuse(member: Uint8Array): Buffer[] | undefined {
  try {
    return splitSegments(member)?.map(inflateSegment);
  } catch (error) {
    if (error instanceof ApkFormatError) return undefined;
    throw error;
  }
}

test('of more segments than the header has room for, it says nothing', () => {
  const segments = Array(MAX_SEGMENTS + 1).fill(deflateSegment(Buffer.from('a')));
  expect(splitSegments(joinSegments(segments.slice(1)))).toHaveLength(MAX_SEGMENTS);
  const member = joinSegments(segments);
  expect(splitSegments(member)).toBeUndefined();
  expect(gunzipSync(member)).toEqual(Buffer.alloc(MAX_SEGMENTS + 1, 'a'));
});

test('another member has no segments', () => {
  expect(splitSegments(Buffer.from('hello'))).toBeUndefined();
  expect(splitSegments(Buffer.alloc(0))).toBeUndefined();
});
