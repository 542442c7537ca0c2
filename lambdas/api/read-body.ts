import { RequestError } from './request-error.ts';

/**
 * The whole body, read no further than the limit.
 * @param limit bytes of a file
 * @param frame bytes that may stand around the file
 * @throws RequestError `too-large`, `body-cut-off`
 */
export async function readBody(request: Request, limit: number, frame = 0): Promise<Buffer> {
  if (Number(request.headers.get('content-length')) > limit + frame) throw tooLarge(limit);
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body?.getReader();
  for (;;) {
    const chunk = await readChunk(reader);
    if (chunk === undefined) return Buffer.concat(chunks, size);
    size += chunk.length;
    if (size > limit + frame) {
      // Not awaited: the answer must not wait for a sender that goes on.
      reader?.cancel().catch(() => {});
      throw tooLarge(limit);
    }
    chunks.push(chunk);
  }
}

/** A client that hangs up in the middle is nobody's fault here. */
async function readChunk(
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
): Promise<Uint8Array | undefined> {
  try {
    return (await reader?.read())?.value;
  } catch (cause) {
    throw new RequestError('body-cut-off', 'The upload was cut off. Send the whole file again.', { cause });
  }
}

export const tooLarge = (limit: number) =>
  new RequestError(
    'too-large',
    `The upload is larger than ${limit} bytes, the most that one request carries here; larger packages are not taken yet. Strip the package, or split it into several.`,
  );
