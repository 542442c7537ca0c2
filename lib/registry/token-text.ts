import { createHash, randomBytes } from 'node:crypto';

const ID_CHARACTERS = 16;
const SECRET_BYTES = 32;
/** 32 of them, so that a character has five random bits, and none is likelier than another. */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

const ID = /^[a-z0-9]{16}$/;
const TOKEN = /^alp_(?<id>[a-z0-9]{16})_[A-Za-z0-9_-]{43}$/;

/** The id of every token that has none in it: the one that a registry of one machine is started with. */
export const BOOTSTRAP_ID = 'bootstrap';

/** A new `alp_{id}_{secret}`: 80 random bits to find it by, 256 to know it by. */
export function makeToken(): { id: string; token: string } {
  const id = Array.from(randomBytes(ID_CHARACTERS), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
  return { id, token: `alp_${id}_${randomBytes(SECRET_BYTES).toString('base64url')}` };
}

/** The id under which a token is kept, whether or not there is one. */
export const idOfToken = (token: string): string => TOKEN.exec(token)?.groups?.id ?? BOOTSTRAP_ID;

/** Whether a token could be kept under such an id. */
export const isTokenId = (text: string): boolean => text === BOOTSTRAP_ID || ID.test(text);

/** Lower-case hex. A token has 256 random bits, so nothing slower is needed to keep it from being guessed. */
export const sha256OfToken = (token: string): string => createHash('sha256').update(token).digest('hex');
