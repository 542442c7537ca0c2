import { createHmac, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import { startListening } from '#local/listen.ts';
import { rsaKey } from './once-a-run/rsa-key.ts';

export type TokenClaims = Record<string, unknown>;

interface SigningKey {
  kid: string;
  alg: 'RS256' | 'ES256';
  privateKey: KeyObject;
  jwk: object;
}

/** Signs as an issuer does. */
export class LocalIssuer {
  /** `http://127.0.0.1:{port}`, what its tokens have as `iss`. */
  readonly url: string;
  readonly close: () => Promise<void>;
  /** How it answers who asks for its keys; its keys, unless a test says otherwise. */
  answer: RequestListener;
  /** How often somebody has asked for its keys. */
  asked = 0;
  #keys: [SigningKey, ...SigningKey[]] = [makeKey('RS256')];

  private constructor(url: string, close: () => Promise<void>) {
    this.url = url;
    this.close = close;
    this.answer = this.showKeys;
  }

  static async start(): Promise<LocalIssuer> {
    let issuer: LocalIssuer | undefined;
    const server = createServer((request, response) => {
      if (issuer === undefined) return;
      issuer.asked++;
      issuer.answer(request, response);
    });
    const { url, close } = await startListening(server);
    const end = () => {
      server.closeAllConnections();
      return close();
    };
    issuer = new LocalIssuer(url, end);
    return issuer;
  }

  get jwksUri(): string {
    return `${this.url}/keys`;
  }

  /** The public half of the key that it signs with, as anybody can have it. */
  get publicJwk(): object {
    return this.#keys[0].jwk;
  }

  readonly showKeys: RequestListener = (_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ keys: this.#keys.map(({ jwk }) => jwk) }));
  };

  /** Signs with a new key from now on, and shows no other one. */
  rotate(alg: SigningKey['alg'] = 'RS256'): void {
    this.#keys = [makeKey(alg)];
  }

  /** A token that is good for five minutes; claims that are `undefined` are left out. */
  token(claims: TokenClaims, header: object = {}): string {
    return this.sign(
      JSON.stringify({ ...this.times(), jti: randomUUID(), iss: this.url, ...claims }),
      header,
    );
  }

  /** `iat`, `nbf` and `exp` of a token that is made so many seconds from now. */
  times(from = 0, life = 300) {
    const now = Math.floor(Date.now() / 1000) + from;
    return { iat: now, nbf: now, exp: now + life };
  }

  /** Signs what need not be JSON. */
  sign(payload: string, header: object = {}): string {
    const { alg, kid, privateKey } = this.#keys[0];
    const input = signingInput({ typ: 'JWT', alg, kid, ...header }, payload);
    const key = { key: privateKey, dsaEncoding: 'ieee-p1363' as const };
    return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
  }

  /** Signed as by somebody who takes a public key for a shared secret. */
  signWithSecret(claims: TokenClaims, secret: string): string {
    const payload = JSON.stringify({ ...this.times(), iss: this.url, ...claims });
    const input = signingInput({ typ: 'JWT', alg: 'HS256', kid: this.#keys[0].kid }, payload);
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  }
}

const signingInput = (header: object, payload: string) =>
  [JSON.stringify(header), payload].map((part) => Buffer.from(part).toString('base64url')).join('.');

let keys = 0;
function makeKey(alg: SigningKey['alg']): SigningKey {
  const { publicKey, privateKey } =
    alg === 'RS256' ? rsaKey(`issuer-${++keys}`) : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const kid = randomUUID();
  return { kid, alg, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' } };
}
