import { inOneChunk } from '#apk/byte-source.ts';
import { fileIn, readForm } from '#lambdas/api/read-upload.ts';
import { RequestError } from '#lambdas/api/request-error.ts';
import { readForm as readS3Form } from '#local/form-data.ts';
import { S3Error } from '#local/s3-error.ts';
import { ACCEPTED, type FuzzTarget } from '../fuzz-target.ts';
import { editBytes } from '../packages/change-bytes.ts';
import type { Random } from '../random.ts';

interface Input {
  type: string;
  body: Buffer;
  /** What the right file in it is. */
  file: Buffer;
  isWhole: boolean;
}

const LIMIT = { bytes: 100_000, exceeded: () => new RequestError('too-large', 'It is too large.') };

/** As curl makes it; Node's own parser takes a file for ended at its text, so that a short one ends files by chance. */
const BOUNDARY = '------------------------d74496d66958873e';
const BOUNDARIES = [
  'b',
  '------------------------b',
  "'()+_,-./:=? b",
  'b'.repeat(70),
  'b'.repeat(200),
  '',
  '--',
  'ö',
  'b"b',
  '\\',
  'a;b',
];

const DISPOSITIONS = [
  'form-data; name="file"; filename="a.apk"',
  'form-data; name=file; filename=a.apk',
  'form-data; name="file"',
  'form-data; name="file"; filename=""',
  'form-data; name="file"; filename*=UTF-8\'\'a%20b.apk',
  'form-data; name="fi\\"le"; filename="a\\"b.apk"',
  'form-data; name="file"; filename="../../etc/passwd"',
  'form-data; name="__proto__"; filename="a"',
  'form-data; name="key"',
  'form-data; name=""',
  'form-data',
  'attachment; filename="a"',
  'form-data; name="file"; name="other"; filename="a"',
  `form-data; name="${'n'.repeat(5000)}"`,
  'form-data; name="\0"; filename="\r"',
  '',
];

const HEADERS = [
  'Content-Type: application/octet-stream',
  'Content-Type: text/plain; charset=utf-7',
  'Content-Type: multipart/mixed; boundary=c',
  'Content-Transfer-Encoding: base64',
  'Content-Transfer-Encoding: quoted-printable',
  'Content-Length: 5',
  `X-Long: ${'x'.repeat(10_000)}`,
  'X-Folded: a\r\n b',
  'no colon',
  ': no name',
  'X-Nul: \0',
];

/** A form that is right but for a change or a few. */
function makeForm(random: Random): Input {
  const file = random.bytes(random.pick([0, 1, 50, 2000]));
  const boundary = random.chance(0.8) ? BOUNDARY : random.pick(BOUNDARIES);
  const right = Buffer.concat([partHead(boundary, DISPOSITIONS[0] ?? '', []), file, Buffer.from('\r\n')]);
  const parts = [right];
  const changes = random.chance(0.1) ? 0 : random.few(3);
  for (let i = 0; i < changes; i++) {
    const headers = Array.from({ length: random.pick([0, 1, 2, 40, 300]) }, () => random.pick(HEADERS));
    const content = random.pick([
      Buffer.from('x'),
      file,
      Buffer.from(`--${boundary}`),
      Buffer.from(`\r\n--${boundary}-`),
      Buffer.alloc(30_000, 'x'),
    ]);
    const part = Buffer.concat([
      partHead(boundary, random.pick(DISPOSITIONS), headers),
      content,
      Buffer.from('\r\n'),
    ]);
    parts.splice(random.below(parts.length + 1), random.chance(0.3) ? 1 : 0, part);
  }
  const end =
    changes === 0
      ? '--\r\n'
      : random.pick(['--\r\n', '--\r\n', '--\r\n', '--', '', '\r\n', '-', '--\r\nbehind it']);
  const body = Buffer.concat([...parts, Buffer.from(`--${boundary}${end}`)]);
  const { edit } = editBytes(random);
  const isEdited = changes > 0 && random.chance(0.2);
  const type = random.pick([
    ...Array<string>(8).fill(`multipart/form-data; boundary=${boundary}`),
    `multipart/form-data; boundary="${boundary}"`,
    `Multipart/Form-Data;charset=utf-8;boundary=${boundary}`,
    `multipart/form-data; boundary=c; boundary=${boundary}x`,
    'multipart/form-data',
    'multipart/form-data; boundary=',
  ]);
  return {
    type,
    body: isEdited ? edit(body) : body,
    file,
    isWhole: changes === 0 && type.endsWith(`=${BOUNDARY}`),
  };
}

const partHead = (boundary: string, disposition: string, headers: readonly string[]) =>
  Buffer.from(
    `--${boundary}\r\nContent-Disposition: ${disposition}\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n`,
    'latin1',
  );

/** Forms, as the API reads them and as S3's stand-in does. */
export const formTarget = (): FuzzTarget<Input> => ({
  name: 'multipart',
  make: makeForm,
  describe: ({ type, body }) => `${type}: ${JSON.stringify(body.toString('latin1').slice(0, 1500))}`,
  async judge({ type, body, file, isWhole }) {
    await readByStandIn(type, body);
    const answer = await readByApi(type, body);
    if (isWhole && !(answer instanceof Buffer && answer.equals(file)))
      throw new Error('a right form is not read');
    return typeof answer === 'string' ? answer : ACCEPTED;
  },
});

async function readByApi(type: string, body: Buffer): Promise<Buffer | string> {
  try {
    const headers = new Headers();
    try {
      headers.set('content-type', type);
    } catch {
      return 'no header';
    }
    const request = new Request('http://127.0.0.1/', { method: 'POST', headers, body });
    return await fileIn(await readForm(request, LIMIT), LIMIT);
  } catch (error) {
    if (error instanceof RequestError) return error.code;
    throw error;
  }
}

async function readByStandIn(type: string, body: Buffer): Promise<void> {
  try {
    const { file, close } = await readS3Form(type, inOneChunk(body));
    for await (const _ of file);
    close();
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
  }
}
