import { quote } from '#apk/apk-format-error.ts';
import { type BodyLimit, readBody } from './read-body.ts';
import { RequestError } from './request-error.ts';
import { MAX_FRAME_BYTES } from './upload-limit.ts';

const FILE_PART = 'file';
/** Nobody's form has more than a few; each takes what a small request does. */
const MAX_PARTS = 100;
const HOW_TO = 'Send the package with `curl --form file=@FILE`.';

/**
 * The package in a request: the body itself, or the `file` part of a form, since Forgejo takes both.
 * @throws RequestError as `readBody`, `readForm` and `fileIn`
 */
export async function readUpload(request: Request, limit: BodyLimit): Promise<Buffer> {
  return isForm(request) ? fileIn(await readForm(request, limit), limit) : readBody(request, limit);
}

/**
 * A form, read no further than the limit of the file in it.
 * @throws RequestError `not-multipart`, `bad-multipart`, `body-cut-off`, and what the limit says
 */
export async function readForm(request: Request, limit: BodyLimit): Promise<FormData> {
  if (!isForm(request)) {
    const type = quote(request.headers.get('content-type') ?? '');
    throw new RequestError(
      'not-multipart',
      `The Content-Type is ${type}, not multipart/form-data. ${HOW_TO}`,
    );
  }
  const body = await readBody(request, limit, MAX_FRAME_BYTES);
  return parseForm(body, contentType(request));
}

/** @throws RequestError `file-part-missing`, `file-part-repeated`, and what the limit says */
export async function fileIn(form: FormData, limit: BodyLimit): Promise<Buffer> {
  const file = filePart(form);
  if (file.size > limit.bytes) throw limit.exceeded();
  return Buffer.from(await file.arrayBuffer());
}

const contentType = (request: Request) => request.headers.get('content-type') ?? '';

const isForm = (request: Request) => /^multipart\/form-data *(;|$)/i.test(contentType(request));

async function parseForm(body: Buffer, type: string): Promise<FormData> {
  checkParts(body, type);
  try {
    return await new Response(body, { headers: { 'Content-Type': type } }).formData();
  } catch (cause) {
    throw new RequestError('bad-multipart', `The form is cut off or is not multipart/form-data. ${HOW_TO}`, {
      cause,
    });
  }
}

function checkParts(body: Buffer, type: string): void {
  const { quoted, plain } = /; *boundary=(?:"(?<quoted>[^"]+)"|(?<plain>[^;]+))/i.exec(type)?.groups ?? {};
  const boundary = quoted ?? plain?.trim();
  if (!boundary) return;
  let parts = 0;
  for (let at = body.indexOf(`--${boundary}`); at !== -1; at = body.indexOf(`--${boundary}`, at + 1)) {
    parts += 1;
    if (parts > MAX_PARTS)
      throw new RequestError('bad-multipart', `The form has more than ${MAX_PARTS} parts. ${HOW_TO}`);
  }
}

function filePart(form: FormData): File {
  const [part, ...others] = form.getAll(FILE_PART);
  if (others.length > 0) {
    throw new RequestError(
      'file-part-repeated',
      `The form has ${others.length + 1} parts called ${FILE_PART}. Publish one package a request.`,
    );
  }
  if (part === undefined) {
    throw new RequestError('file-part-missing', `The form has no part called ${FILE_PART}. ${HOW_TO}`);
  }
  if (typeof part === 'string') {
    throw new RequestError(
      'file-part-missing',
      `The part called ${FILE_PART} is text, not a file; its @ or its filename is missing. ${HOW_TO}`,
    );
  }
  return part;
}
