import { createVerify } from 'node:crypto';
import { gunzipSync } from 'node:zlib';

const TAR_BLOCK = 512;
const GZIP_MEMBER = Buffer.from([0x1f, 0x8b, 8]);

/**
 * What a served index lists: the checksum of each file, by `{arch}/{name}-{version}.apk`. It is read and verified
 * here with nothing of ours, as a client would.
 * @throws Error when its signature is not that of the key
 */
export function readServedIndex(index: Uint8Array, publicKey: string): Map<string, string> {
  const bytes = Buffer.from(index);
  const second = bytes.indexOf(GZIP_MEMBER, 1);
  const [signature] = filesIn(gunzipSync(bytes.subarray(0, second)));
  if (!signature?.name.startsWith('.SIGN.RSA256.')) throw new Error('an index is not signed');
  const body = bytes.subarray(second);
  if (!createVerify('RSA-SHA256').update(body).verify(publicKey, signature.body)) {
    throw new Error('an index is not signed by the key');
  }
  const text = filesIn(gunzipSync(body)).find(({ name }) => name === 'APKINDEX');
  const stanzas = (text?.body.toString() ?? '').split('\n\n').filter((stanza) => stanza !== '');
  return new Map(stanzas.map((stanza) => entryOf(stanza)));
}

function entryOf(stanza: string): [file: string, checksum: string] {
  const field = (name: string) => new RegExp(`^${name}:(.*)$`, 'm').exec(stanza)?.[1] ?? '';
  return [`${field('A')}/${field('P')}-${field('V')}.apk`, field('C')];
}

function filesIn(tar: Buffer): { name: string; body: Buffer }[] {
  const files = [];
  for (let at = 0; at + TAR_BLOCK <= tar.length && tar[at] !== 0; ) {
    const name = tar.toString('latin1', at, at + 100).replace(/\0.*$/s, '');
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 136), 8);
    files.push({ name, body: tar.subarray(at + TAR_BLOCK, at + TAR_BLOCK + size) });
    at += TAR_BLOCK * (1 + Math.ceil(size / TAR_BLOCK));
  }
  return files;
}
