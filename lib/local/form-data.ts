import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyFileStream } from '@fastify/busboy';
import { S3Error } from './s3-error.ts';

export interface UploadForm {
  /** Those before the file, by their names in lower case. */
  fields: ReadonlyMap<string, string>;
  file: Readable;
  /** Stops reading; the form's file is of no use then. */
  close(): void;
}

/** Bytes of all that comes before the file. Source: S3 API Reference, "Error responses", MaxPostPreDataLengthExceeded. */
const MAX_FIELD_BYTES = 20_000;

const LIMITS = { fieldNameSize: 1024, fieldSize: MAX_FIELD_BYTES, headerPairs: 20, headerSize: 8192 };

/**
 * Reads a form up to its file, which is a stream. What comes after it is ignored.
 * Source: Amazon S3 API Reference, "POST Object"; RFC 7578.
 * @throws S3Error
 */
export function readForm(contentType: string, body: AsyncIterable<Uint8Array>): Promise<UploadForm> {
  if (!/^multipart\/form-data\b/i.test(contentType))
    throw new S3Error('PreconditionFailed', 'Bucket POST must be of the enclosure-type multipart/form-data');
  const fields = new Map<string, string>();
  const parser = createParser(contentType);
  const close = () => void parser.destroy();
  return new Promise((resolve, reject) => {
    let size = 0;
    let file: BusboyFileStream | undefined;
    const refuse = (error: S3Error) => {
      reject(error);
      file?.destroy(error);
      close();
    };
    // The parser's types are wrong: a part may have no name.
    parser.on('field', (name: string | undefined, value) => {
      if (file) return;
      if (name === undefined) return refuse(malformed('A part has no name'));
      size += Buffer.byteLength(name) + Buffer.byteLength(value);
      if (size >= MAX_FIELD_BYTES)
        refuse(new S3Error('MaxPostPreDataLengthExceeded', 'What comes before your file is too large'));
      if (fields.has(name.toLowerCase())) refuse(malformed(`The field ${name} is there twice`));
      fields.set(name.toLowerCase(), value);
    });
    parser.on('file', (_name, stream) => {
      // Nobody may be reading it.
      stream.on('error', () => {});
      if (file) stream.resume();
      else resolve({ fields, file: stream, close });
      file ??= stream;
    });
    pipeline(body, parser).then(
      () => reject(new S3Error('InvalidArgument', 'POST requires exactly one file upload per request.')),
      (error: Error) => refuse(malformed(error.message)),
    );
  });
}

function createParser(contentType: string) {
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      limits: LIMITS,
      isPartAFile: (name) => name?.toLowerCase() === 'file',
    });
  } catch (error) {
    throw malformed((error as Error).message);
  }
}

const malformed = (why: string) =>
  new S3Error('MalformedPOSTRequest', `The body of your POST request is not well-formed: ${why}`);
