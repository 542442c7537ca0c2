import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyFileStream } from '@fastify/busboy';
import { S3Error } from './s3-error.ts';

export interface UploadForm {
  /** Those before the file, by their names in lower case. */
  fields: ReadonlyMap<string, string>;
  file: AsyncIterable<Uint8Array>;
  /** Stops reading; the form's file is of no use then. */
  close(): void;
}

/** Bytes of all that comes before the file. Source: S3 API Reference, "Error responses", MaxPostPreDataLengthExceeded. */
const MAX_FIELD_BYTES = 20_000;

/**
 * What the parser is given at once while there is no file. A part that it passes over stops it for good at as much as
 * a part may hold: more than comes before a file.
 */
const PIECE_BYTES = 4096;
const PART_BYTES = 64 * 1024;

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
      if (fields.has(name.toLowerCase())) refuse(malformed(`The field ${name} is there twice`));
      fields.set(name.toLowerCase(), value);
    });
    parser.on('file', (_name, stream) => {
      // Nobody may be reading it.
      stream.on('error', () => {});
      if (file) stream.resume();
      else resolve({ fields, file: contentOf(stream), close });
      file ??= stream;
    });
    async function* inPieces(): AsyncGenerator<Uint8Array> {
      let size = 0;
      for await (const chunk of body) {
        let at = 0;
        for (; file === undefined && at < chunk.length; at += PIECE_BYTES) {
          size += Math.min(PIECE_BYTES, chunk.length - at);
          yield chunk.subarray(at, at + PIECE_BYTES);
          if (file === undefined && size > MAX_FIELD_BYTES)
            throw new S3Error('MaxPostPreDataLengthExceeded', 'What comes before your file is too large');
        }
        if (at < chunk.length) yield chunk.subarray(at);
      }
    }
    pipeline(inPieces(), parser).then(
      () => reject(new S3Error('InvalidArgument', 'POST requires exactly one file upload per request.')),
      (error: Error) => refuse(error instanceof S3Error ? error : malformed(error.message)),
    );
  });
}

function createParser(contentType: string) {
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      limits: LIMITS,
      fileHwm: PART_BYTES,
      isPartAFile: (name) => name?.toLowerCase() === 'file',
    });
  } catch (error) {
    throw malformed((error as Error).message);
  }
}

/** The parser says in its own words that a file is cut off. */
async function* contentOf(file: BusboyFileStream): AsyncGenerator<Uint8Array> {
  try {
    yield* file;
  } catch (error) {
    throw error instanceof S3Error ? error : malformed((error as Error).message);
  }
}

const malformed = (why: string) =>
  new S3Error('MalformedPOSTRequest', `The body of your POST request is not well-formed: ${why}`);
