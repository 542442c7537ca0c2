import { type Bomb, type BombReader, repeated } from './bomb.ts';

export const BOUNDARY = '------------------------d74496d66958873e';
const END = `\r\n--${BOUNDARY}--\r\n`;

const head = (disposition: string, headers = '') =>
  `--${BOUNDARY}\r\nContent-Disposition: form-data; ${disposition}\r\n${headers}\r\n`;
const FILE = head('name="file"; filename="a.apk"');

const whole = async (...parts: (string | Buffer)[]) =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string)));

/** The answers of the two readers. */
type Answers = Record<Extract<BombReader, 'form' | 'S3 form'>, string>;

const both = (title: string, answers: Answers, build: Bomb['build']): Bomb[] =>
  (['form', 'S3 form'] as const).map((reader) => ({
    title: `${reader}: ${title}`,
    reader,
    answer: answers[reader],
    build,
  }));

export const FORM_BOMBS: readonly Bomb[] = [
  ...both('empty parts', { form: 'bad-multipart', 'S3 form': 'MalformedPOSTRequest' }, (size) =>
    whole(repeated(Buffer.from(`${head('name="a"')}\r\n`), size), END.slice(2)),
  ),
  ...both('empty files', { form: 'bad-multipart', 'S3 form': 'accepted' }, (size) =>
    whole(repeated(Buffer.from(`${FILE}\r\n`), size), END.slice(2)),
  ),
  ...both(
    'a header that never ends',
    { form: 'bad-multipart', 'S3 form': 'MaxPostPreDataLengthExceeded' },
    (size) => whole(`--${BOUNDARY}\r\nX-Long: `, Buffer.alloc(size, 'x')),
  ),
  ...both('headers', { form: 'accepted', 'S3 form': 'MaxPostPreDataLengthExceeded' }, (size) =>
    whole(head('name="file"; filename="a.apk"', repeated(Buffer.from('X: y\r\n'), size).toString()), END),
  ),
  ...both('a name', { form: 'file-part-missing', 'S3 form': 'MaxPostPreDataLengthExceeded' }, (size) =>
    whole(head(`name="${'n'.repeat(size)}"`), END),
  ),
  ...both('a file that never ends', { form: 'bad-multipart', 'S3 form': 'MalformedPOSTRequest' }, (size) =>
    whole(FILE, Buffer.alloc(size)),
  ),
  ...both('a file of boundaries but for a letter', { form: 'accepted', 'S3 form': 'accepted' }, (size) =>
    whole(FILE, repeated(Buffer.from(`\r\n--${BOUNDARY.slice(0, -1)}`), size), END),
  ),
  ...both(
    'a boundary that never comes',
    { form: 'bad-multipart', 'S3 form': 'MaxPostPreDataLengthExceeded' },
    (size) => whole(repeated(Buffer.from('\r\n--'), size)),
  ),
];
