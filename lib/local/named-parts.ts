import type { NamedPart } from './chosen-parts.ts';
import { S3Error } from './s3-error.ts';

/** Room for 10,000 parts with their checksums. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * The parts that a CompleteMultipartUpload document names.
 * Source: Amazon S3 API Reference, "CompleteMultipartUpload", request syntax.
 * @throws S3Error `MalformedXML`
 */
export async function readNamedParts(body: AsyncIterable<Uint8Array> | null): Promise<NamedPart[]> {
  const xml = await readText(body ?? emptyBody());
  const parts = xml.split('<Part>').slice(1).map(readPart);
  if (parts.length === 0) throw malformed();
  return parts;
}

function readPart(xml: string): NamedPart {
  const text = (name: string) =>
    new RegExp(`<${name}>([^<]*)</${name}>`)
      .exec(xml)?.[1]
      ?.replace(/&(?:quot|#34|#x22);/g, '"')
      .trim();
  const number = text('PartNumber') ?? '';
  const etag = text('ETag')?.replaceAll('"', '');
  if (!/^\d{1,5}$/.test(number) || etag === undefined) throw malformed();
  const [sha256, crc32] = [text('ChecksumSHA256'), text('ChecksumCRC32')];
  return {
    number: Number(number),
    etag: `"${etag}"`,
    checksums: { ...(sha256 !== undefined && { sha256 }), ...(crc32 !== undefined && { crc32 }) },
  };
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > MAX_BYTES) throw malformed();
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}

const malformed = () =>
  new S3Error(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our schema',
  );
