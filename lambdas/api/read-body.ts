import { RequestError } from './request-error.ts';

/** How much of a body is read, and what is said of more. */
export interface BodyLimit {
  /** Bytes. */
  bytes: number;
  /** What more than that is answered with. */
  exceeded(): RequestError;
}

/**
 * The whole body, read no further than the limit.
 * @param frame bytes that may stand around what is limited
 * @throws RequestError `body-cut-off`, and what the limit says
 */
export async function readBody(request: Request, limit: BodyLimit, frame = 0): Promise<Buffer> {
  const most = limit.bytes + frame;
  if (Number(request.headers.get('content-length')) > most) throw limit.exceeded();
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body?.getReader();
  for (;;) {
    const chunk = await readChunk(reader);
    if (chunk === undefined) return Buffer.concat(chunks, size);
    size += chunk.length;
    if (size > most) {
      // Not awaited: the answer must not wait for a sender that goes on.
      reader?.cancel().catch(() => {});
      throw limit.exceeded();
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
