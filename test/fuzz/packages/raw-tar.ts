/** A header block as it is written, field by field, and what stands behind it; text is Latin-1, a byte a character. */
export interface RawEntry {
  name: string;
  mode: string;
  uid: string;
  gid: string;
  size: string;
  mtime: string;
  typeflag: string;
  linkname: string;
  magic: string;
  uname: string;
  gname: string;
  devmajor: string;
  devminor: string;
  prefix: string;
  /** The last twelve bytes, which POSIX leaves unused. */
  unused: string;
  /** Says how the right sum is written. */
  checksum(sum: number): string;
  body: Buffer;
  /** What fills the body's last block. */
  filler: number;
}

/** A tar stream as it is written. */
export interface RawTar {
  entries: RawEntry[];
  /** What stands behind the last entry. */
  end: Buffer;
}

export type TextField = Exclude<keyof RawEntry, 'checksum' | 'body' | 'filler'>;

/** Offset and length of each field. Source: POSIX.1-2017 pax "ustar Interchange Format". */
const FIELDS: Record<TextField, readonly [number, number]> = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  typeflag: [156, 1],
  linkname: [157, 100],
  magic: [257, 8],
  uname: [265, 32],
  gname: [297, 32],
  devmajor: [329, 8],
  devminor: [337, 8],
  prefix: [345, 155],
  unused: [500, 12],
};
const CHECKSUM = [148, 8] as const;

export const BLOCK_BYTES = 512;
export const END_OF_ARCHIVE = Buffer.alloc(2 * BLOCK_BYTES);

export const octal = (value: number, digits: number): string =>
  `${value.toString(8).padStart(digits, '0')}\0`;

/** An entry as abuild-tar would write it. */
export const rawEntry = (name: string, fields: Partial<RawEntry> = {}): RawEntry => ({
  name,
  mode: octal(0o644, 7),
  uid: octal(0, 7),
  gid: octal(0, 7),
  size: octal(fields.body?.length ?? 0, 11),
  mtime: octal(1_700_000_000, 11),
  typeflag: '0',
  linkname: '',
  magic: 'ustar\x0000',
  uname: 'root',
  gname: 'root',
  devmajor: octal(0, 7),
  devminor: octal(0, 7),
  prefix: '',
  unused: '',
  checksum: (sum) => `${sum.toString(8).padStart(6, '0')}\0 `,
  body: Buffer.alloc(0),
  filler: 0,
  ...fields,
});

export const encodeTar = ({ entries, end }: RawTar): Buffer =>
  Buffer.concat([
    ...entries.flatMap(({ body, filler, ...header }) => [encodeHeader(header), body, fill(body, filler)]),
    end,
  ]);

function encodeHeader(header: Omit<RawEntry, 'body' | 'filler'>): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  for (const [field, [at, length]] of Object.entries(FIELDS) as [TextField, readonly [number, number]][]) {
    block.write(header[field], at, length, 'latin1');
  }
  const [at, length] = CHECKSUM;
  block.fill(' ', at, at + length);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.fill(0, at, at + length);
  block.write(header.checksum(sum), at, length, 'latin1');
  return block;
}

const fill = (body: Buffer, filler: number) =>
  Buffer.alloc((BLOCK_BYTES - (body.length % BLOCK_BYTES)) % BLOCK_BYTES, filler);
