import { AUDIENCE } from '#test/lambdas/api/trust-under-test.ts';
import type { LocalIssuer } from '#test/support/local-issuer.ts';
import type { Random } from '../random.ts';

export interface StrangeToken {
  token: string;
  /** The claims that the issuer has signed; without any, the token is not its own. */
  signed: string | undefined;
}

const CLAIMS = ['iss', 'aud', 'exp', 'iat', 'nbf', 'jti', 'sub', 'project', '__proto__', 'constructor', 'x'];
const VALUES: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => '',
  () => 'x',
  () => 0,
  () => -1,
  () => 1e300,
  () => true,
  () => [],
  () => {},
  () => ['x', AUDIENCE],
  () => [[AUDIENCE]],
  () => ({ equals: 'tools' }),
  () => `${AUDIENCE}/`,
  () => '\u0000',
  () => 'x'.repeat(9000),
  () => Math.floor(Date.now() / 1000),
  () => Math.floor(Date.now() / 1000) + 200_000,
  () => '\ud800',
];
/** Seconds from now around those that clocks may differ by, and a token may live. */
const SKEWS = [-86_500, -3600, -70, -61, -60, -55, 0, 55, 60, 61, 70, 3600, 86_300, 86_500];
const HEADERS = [
  { alg: 'none' },
  { alg: 'HS256' },
  { alg: 'ES256' },
  { alg: ['RS256'] },
  { alg: undefined },
  { kid: undefined },
  { kid: '../x' },
  { kid: '__proto__' },
  { kid: 5 },
  { typ: 'x' },
  { crit: ['exp'] },
  { jwk: {} },
  { x5u: 'http://127.0.0.1:1/' },
  { zip: 'DEF' },
];

/** A token near one that is trusted. */
export function makeToken(
  random: Random,
  id: string,
  issuer: LocalIssuer,
  stranger: LocalIssuer,
): StrangeToken {
  const claims: Record<string, unknown> = {
    ...issuer.times(),
    jti: id,
    iss: issuer.url,
    sub: 'job',
    aud: AUDIENCE,
    project: 'tools',
  };
  const now = Math.floor(Date.now() / 1000);
  if (random.chance(0.3)) claims[random.pick(['exp', 'iat', 'nbf'])] = now + random.pick(SKEWS);
  const changes = random.chance(0.15) ? 0 : random.few(3);
  for (let i = 0; i < changes; i++) claims[random.pick(CLAIMS)] = random.pick(VALUES)();
  const signed = random.chance(0.9)
    ? written(JSON.stringify(claims), random)
    : random.pick(['', 'null', '[]', '"x"', '{', `${'['.repeat(2000)}`, '{"exp":1e999}']);
  const signer = random.chance(0.9) ? issuer : stranger;
  const header = random.chance(0.7) ? {} : random.pick(HEADERS);
  const token = signer.sign(signed, header);
  const isOurs = signer === issuer;
  if (random.chance(0.7)) return { token, signed: isOurs ? signed : undefined };
  return { token: forged(token, random), signed: undefined };
}

/** The same claims as another JSON would have them, or claims that are there twice. */
const written = (json: string, random: Random): string =>
  random.chance(0.7)
    ? json
    : random.pick([
        json.replace('{', `{"aud":"x","project":"other","iss":"https://other.example",`),
        json.replace('}', `,"aud":"x"}`),
        json.replace('}', `,"project":["tools"]}`),
        json.replaceAll('project', 'pro\\u006aect'),
        json.replaceAll('tools', 'tool\u0073\u200b'),
        json.replace('{', `{"deep":${'['.repeat(500)}${']'.repeat(500)},`),
        json.replace('{', '{"__proto__":{"project":"tools"},'),
        ` \n${json}\t`,
        `\ufeff${json}`,
        `${json}${json}`,
      ]);

/** The token with another text than was signed, or another signature. */
function forged(token: string, random: Random): string {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const other = Buffer.from(
    JSON.stringify({ ...JSON.parse('{}'), aud: AUDIENCE, project: 'tools' }),
  ).toString('base64url');
  return random.pick([
    `${header}.${other}.${signature}`,
    `${header}.${payload}.${random.bytes(256).toString('base64url')}`,
    `${header}.${payload}.`,
    `${header}.${payload}`,
    `.${payload}.${signature}`,
    `${token}.${signature}`,
    `${header}.${payload}.${signature.slice(0, -4)}`,
    `${header}.${payload}.${'A'.repeat(signature.length)}`,
    `${payload}.${header}.${signature}`,
    `${header}=.${payload}.${signature}`,
    `${header}.${payload.slice(0, -1)}.${signature}`,
    random.bytes(40).toString('latin1'),
    'a.b.c',
    '..',
    'x'.repeat(20_000),
  ]);
}
