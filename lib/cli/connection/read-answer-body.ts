import { RefusalError } from './refusal.ts';

/** The largest index of Alpine has some 2 MiB; what no registry says must not fill this machine's memory. */
const MAX_ANSWER_BYTES = 64 * 1024 ** 2;

/**
 * The whole body of an answer, decoded as `chunks` are.
 * @throws RefusalError when it goes on for too long; what `chunks` throws
 */
export async function readAnswerBody(
  address: string,
  status: number,
  chunks: AsyncIterable<Uint8Array> | null,
): Promise<Buffer> {
  const read: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks ?? []) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES)
      throw new RefusalError(`${address} answers with more than ${MAX_ANSWER_BYTES} bytes.`, { status });
    read.push(chunk);
  }
  return Buffer.concat(read, size);
}
