import { ByteSource } from './byte-source.ts';
import { MAX_TAR_EXTENSION_BYTES } from './limits.ts';
import { type PaxRecords, parsePax } from './pax.ts';
import {
  applyExtensions,
  corrupt,
  decodeHeader,
  decodeName,
  RECORD_BYTES,
  type TarHeader,
  type TarType,
  unsupported,
} from './tar-header.ts';

/** What to do with the body of an entry; `undefined` to pass over it. */
export type BodyReader = { onBytes?(bytes: Uint8Array): void; onEnd(): void } | undefined;

/**
 * Reads a tar stream in constant memory and shows `visit` each entry. Stricter than apk and than
 * tar-stream, which ignore different things: what it accepts, they read as the same files.
 * @returns whether end-of-archive blocks follow the last entry: what apk calls not cut
 * @throws ApkFormatError `corrupt-tar`, `unsupported-tar`, `unsafe-path`, and what `chunks` and `visit` throw
 */
export async function readTar(
  chunks: AsyncIterable<Uint8Array>,
  visit: (header: TarHeader) => BodyReader,
): Promise<{ endOfArchive: boolean }> {
  const source = new ByteSource(chunks);
  let pax: PaxRecords | undefined;
  let longName: string | undefined;
  try {
    for (;;) {
      const block = await source.takeUpTo(RECORD_BYTES);
      if (isZero(block)) {
        if (pax !== undefined || longName !== undefined)
          throw corrupt('no entry follows a pax header or a long name');
        return { endOfArchive: await readZeros(source, block) };
      }
      if (block.length < RECORD_BYTES) throw corrupt('it ends in the middle of a header');
      const raw = decodeHeader(block);
      if (raw.type === 'pax-header') {
        if (pax !== undefined) throw corrupt('two pax headers in a row');
        pax = parsePax(await readWhole(source, raw));
      } else if (raw.type === 'long-name') {
        if (longName !== undefined) throw corrupt('two long names in a row');
        // apk reads its pax header's records for the long name, and finds none left for the entry.
        if (pax !== undefined) throw unsupported(raw.name, 'a pax header before it');
        longName = decodeName(await readWhole(source, raw));
      } else {
        const reader = visit(applyExtensions(raw, pax ?? {}, longName));
        await readBody(source, raw.size, (bytes) => reader?.onBytes?.(bytes));
        reader?.onEnd();
        [pax, longName] = [undefined, undefined];
      }
    }
  } finally {
    await source.close();
  }
}

/** apk stops at the end-of-archive blocks, and fails when anything but zeros follows. */
async function readZeros(source: ByteSource, first: Uint8Array): Promise<boolean> {
  let zeros = first.length;
  for (let bytes = await source.peek(); bytes !== undefined; bytes = await source.peek()) {
    if (!isZero(bytes)) throw corrupt('it goes on after its end');
    zeros += bytes.length;
    source.skip(bytes.length);
  }
  if (zeros % RECORD_BYTES !== 0) throw corrupt('it ends in the middle of a block');
  return zeros > 0;
}

/** Compares each byte with the one before it, as fast as memory is read: a bomb may end in gigabytes of zeros. */
const isZero = (bytes: Uint8Array) =>
  bytes.length === 0 || (bytes[0] === 0 && Buffer.compare(bytes.subarray(1), bytes.subarray(0, -1)) === 0);

async function readBody(
  source: ByteSource,
  size: number,
  onBytes: (bytes: Uint8Array) => void,
): Promise<void> {
  const padded = Math.ceil(size / RECORD_BYTES) * RECORD_BYTES;
  for (let read = 0; read < padded; ) {
    const chunk = await source.peek();
    if (chunk === undefined) throw corrupt('it ends in the middle of an entry');
    const part = chunk.subarray(0, padded - read);
    if (read < size) onBytes(part.subarray(0, size - read));
    read += part.length;
    source.skip(part.length);
  }
}

async function readWhole(
  source: ByteSource,
  { name, size }: { name: string; size: number },
): Promise<Uint8Array> {
  if (size > MAX_TAR_EXTENSION_BYTES)
    throw unsupported(name, `${size} bytes; the limit is ${MAX_TAR_EXTENSION_BYTES}`);
  const parts: Uint8Array[] = [];
  await readBody(source, size, (bytes) => parts.push(bytes));
  return Buffer.concat(parts);
}

export interface TarFile {
  name: string;
  body: Uint8Array;
}

/** Every entry of a small tar stream, held whole. */
export async function readTarFiles(
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ files: (TarFile & { type: TarType })[]; endOfArchive: boolean }> {
  const files: (TarFile & { type: TarType })[] = [];
  const { endOfArchive } = await readTar(chunks, ({ name, type }) => {
    const parts: Uint8Array[] = [];
    return {
      onBytes: (bytes) => parts.push(bytes),
      onEnd: () => files.push({ name, type, body: Buffer.concat(parts) }),
    };
  });
  return { files, endOfArchive };
}
