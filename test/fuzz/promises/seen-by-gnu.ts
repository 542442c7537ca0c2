import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import type { TarType } from '#apk/tar-header.ts';
import type { SeenEntry } from './seen-by-us.ts';

/** Whether the `tar` of this machine is GNU's; others print another list. */
export const hasGnuTar = (): boolean =>
  spawnSync('tar', ['--version'], { encoding: 'latin1' }).stdout?.includes('GNU tar') ?? false;

const ENVIRONMENT = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
const MAX_BYTES = 64 * 1024 * 1024;

function run(program: string, args: readonly string[], input: Uint8Array): Buffer {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    input,
    env: ENVIRONMENT,
    maxBuffer: MAX_BYTES,
  });
  if (error !== undefined) throw error;
  if (status !== 0 || stderr.length > 0)
    throw new Error(`${program} ${args.join(' ')} ends with ${status}: ${stderr.toString('latin1')}`);
  return stdout;
}

/** What gzip makes of the file: all its members, one behind the other. */
export const gunzipByGnu = (file: Uint8Array): Buffer => run('gzip', ['-dc'], file);

/** Records that only apk knows change nothing that is seen, nor does the end of one archive before the next. */
const QUIETLY = ['--warning=no-unknown-keyword', '--warning=no-alone-zero-block', '--ignore-zeros'];

/** What GNU tar sees in a tar stream. */
export function seenByGnu(tar: Uint8Array): SeenEntry[] {
  const list = run(
    'tar',
    ['-tvf', '-', ...QUIETLY, '--quoting-style=c', '--full-time', '--numeric-owner'],
    tar,
  );
  const lines = list.toString('latin1').split('\n').slice(0, -1);
  const contents = run('tar', ['-xOf', '-', ...QUIETLY], tar);
  let at = 0;
  return lines.map(parseLine).map((entry) => {
    if (entry.type !== 'file') return entry;
    const content = contents.subarray(at, at + entry.size);
    at += entry.size;
    return { ...entry, sha256: createHash('sha256').update(content).digest('hex') };
  });
}

const TYPES: Record<string, TarType> = {
  '-': 'file',
  h: 'link',
  l: 'symlink',
  c: 'character-device',
  b: 'block-device',
  d: 'directory',
  p: 'fifo',
  C: 'file',
};

/** `-rw-r--r-- 0/0 5 2023-11-14 22:13:20 "usr/a" link to "usr/b"`; a device has its numbers in place of a size. Behind a fraction of a second, times are wider. */
const LINE =
  /^(?<flag>.)\S+ +\S+ +(?<size>\d+|\d+,\d+) +\S+ \S+ +"(?<name>(?:[^"\\]|\\.)*)"(?: (?:->|link to) "(?<linkname>(?:[^"\\]|\\.)*)")?$/;

function parseLine(line: string): SeenEntry {
  const { flag = '', size = '', name = '', linkname = '' } = LINE.exec(line)?.groups ?? {};
  const type = TYPES[flag];
  if (type === undefined) throw new Error(`tar prints ${JSON.stringify(line)}`);
  return {
    type,
    name: unquote(name),
    size: type === 'file' ? Number(size) : 0,
    linkname: unquote(linkname),
    sha256: '',
  };
}

const ESCAPES: Record<string, string> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

const unquote = (text: string) =>
  text.replace(/\\([0-7]{3}|.)/g, (_, code: string) =>
    code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : (ESCAPES[code] ?? code),
  );
