import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { combineCrc32 } from '#apk/combine-crc32.ts';

test('the CRC of two runs of bytes is that of both together', () => {
  const bytes = fc.uint8Array({ maxLength: 5_000, size: 'max' });
  fc.assert(
    fc.property(bytes, bytes, (first, second) => {
      const together = crc32(Buffer.concat([first, second]));
      expect(combineCrc32(crc32(first), crc32(second), second.length)).toBe(together);
    }),
  );
});

test('also where the second has hundreds of megabytes', () => {
  const zeros = Buffer.alloc(200_000_000);
  expect(combineCrc32(crc32('a'), crc32(zeros), zeros.length)).toBe(crc32(zeros, crc32('a')));
});
