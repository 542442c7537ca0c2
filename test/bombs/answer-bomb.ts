import { ApkFormatError } from '#apk/apk-format-error.ts';
import { decodeForeignIndex } from '#apk/foreign-index.ts';
import { readPackage } from '#apk/package.ts';
import { fileIn, readForm } from '#lambdas/api/read-upload.ts';
import { RequestError } from '#lambdas/api/request-error.ts';
import { readForm as readS3Form } from '#local/form-data.ts';
import { S3Error } from '#local/s3-error.ts';
import type { BombReader } from './bomb.ts';
import { BOUNDARY } from './form-bombs.ts';

type Chunks = AsyncIterable<Uint8Array>;

const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;
const LIMIT = { bytes: 64 * 1024 * 1024, exceeded: () => new RequestError('too-large', 'It is too large.') };

const READERS: Record<BombReader, (chunks: Chunks) => Promise<unknown>> = {
  package: readPackage,
  index: async (chunks) => decodeForeignIndex(await whole(chunks)),
  async form(chunks) {
    const headers = { 'content-type': FORM_TYPE };
    const body = await whole(chunks);
    const request = new Request('http://127.0.0.1/', { method: 'POST', headers, body });
    return fileIn(await readForm(request, LIMIT), LIMIT);
  },
  async 'S3 form'(chunks) {
    const { file } = await readS3Form(FORM_TYPE, chunks);
    for await (const _ of file);
  },
};

/** @returns `accepted`, or the code of the refusal; whatever else is thrown is thrown */
export async function answerBomb(reader: BombReader, chunks: Chunks): Promise<string> {
  try {
    await READERS[reader](chunks);
    return 'accepted';
  } catch (error) {
    if (error instanceof ApkFormatError || error instanceof RequestError || error instanceof S3Error)
      return error.code;
    throw error;
  }
}

async function whole(chunks: Chunks): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}
