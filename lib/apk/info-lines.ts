import { ApkFormatError, quote } from './apk-format-error.ts';
import { MAX_INFO_BYTES, MAX_INFO_LINE_BYTES, MAX_METADATA_BYTES, MAX_VALUE_CHARACTERS } from './limits.ts';

const CONTROL_CHARACTER = /\p{Cc}/u;

/**
 * Reads the `key = value` lines of `.PKGINFO`; comments, other lines and other keys are passed over, as apk does.
 * @returns the values of each key, in their order
 * @throws ApkFormatError `field-invalid`, `value-too-long`, `metadata-too-large`
 */
export function readInfoLines(bytes: Uint8Array, keys: ReadonlySet<string>): Map<string, string[]> {
  if (bytes.length > MAX_INFO_BYTES) {
    throw new ApkFormatError(
      'metadata-too-large',
      `.PKGINFO has ${bytes.length} bytes; the limit is ${MAX_INFO_BYTES}.`,
    );
  }
  const values = new Map<string, string[]>();
  let length = 0;
  for (const line of decodeText(bytes).split('\n')) {
    checkLine(line);
    const at = line.indexOf(' = ');
    const [key, value] = [line.slice(0, Math.max(at, 0)), line.slice(at + 3)];
    if (line.startsWith('#') || !keys.has(key)) continue;
    checkValue(key, value);
    length += Buffer.byteLength(value);
    if (length > MAX_METADATA_BYTES) {
      throw new ApkFormatError(
        'metadata-too-large',
        `.PKGINFO has more than ${MAX_METADATA_BYTES} bytes of values.`,
      );
    }
    const list = values.get(key);
    if (list === undefined) values.set(key, [value]);
    else list.push(value);
  }
  return values;
}

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new ApkFormatError('field-invalid', '.PKGINFO is not UTF-8 text.', { cause });
  }
}

function checkLine(line: string): void {
  if (Buffer.byteLength(line) <= MAX_INFO_LINE_BYTES) return;
  throw new ApkFormatError(
    'value-too-long',
    `.PKGINFO has a line of more than ${MAX_INFO_LINE_BYTES} bytes: ${quote(line)}.`,
  );
}

/** A newline cannot be in a value, but a NUL or a carriage return could forge or cut a line of the index. */
function checkValue(key: string, value: string): void {
  if (value.length > MAX_VALUE_CHARACTERS) {
    throw new ApkFormatError(
      'value-too-long',
      `.PKGINFO: ${key} has ${value.length} characters; the limit is ${MAX_VALUE_CHARACTERS}.`,
    );
  }
  if (CONTROL_CHARACTER.test(value)) {
    throw new ApkFormatError('field-invalid', `.PKGINFO: ${key} has a control character: ${quote(value)}.`);
  }
}
