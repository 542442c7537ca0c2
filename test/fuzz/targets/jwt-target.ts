import { bearer, startApi } from '#test/lambdas/api/api-under-test.ts';
import { AUDIENCE, localPolicy, postJson } from '#test/lambdas/api/trust-under-test.ts';
import { LocalIssuer } from '#test/support/local-issuer.ts';
import { ACCEPTED, type FuzzTarget } from '../fuzz-target.ts';
import { checkAnswer } from '../promises/check-answer.ts';
import type { Random } from '../random.ts';

interface Input {
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

/** Tokens near one that is trusted, as the credentials of a publish without a file: a 400 says that they were taken. */
export async function openJwtTarget(): Promise<FuzzTarget<Input>> {
  const [api, issuer, stranger] = await Promise.all([startApi(), LocalIssuer.start(), LocalIssuer.start()]);
  const made = await api.app.request('/api/trust', postJson(localPolicy(issuer)));
  if (made.status !== 201) throw new Error(await made.text());
  return {
    name: 'JWT',
    make: (random, id) => makeToken(random, id, issuer, stranger),
    describe: ({ token, signed }) => `${token} of ${signed}`,
    async judge({ token, signed }) {
      let headers: Headers;
      try {
        headers = new Headers(bearer(token));
      } catch {
        return 'no header';
      }
      const answer = await checkAnswer(
        await api.app.request('/api/packages/acme/alpine/v3.22/main', { method: 'PUT', headers }),
        api,
      );
      if (answer !== 'empty-file') return answer;
      expectTrustworthy(signed, issuer.url);
      return ACCEPTED;
    },
    close: async () => void (await Promise.all([api.close(), issuer.close(), stranger.close()])),
  };
}

function makeToken(random: Random, id: string, issuer: LocalIssuer, stranger: LocalIssuer): Input {
  const claims: Record<string, unknown> = {
    ...issuer.times(),
    jti: id,
    iss: issuer.url,
    sub: 'job',
    aud: AUDIENCE,
    project: 'tools',
  };
  const changes = random.chance(0.15) ? 0 : random.few(3);
  for (let i = 0; i < changes; i++) claims[random.pick(CLAIMS)] = random.pick(VALUES)();
  const signed = random.chance(0.9)
    ? JSON.stringify(claims)
    : random.pick(['', 'null', '[]', '"x"', '{', `${'['.repeat(2000)}`, '{"exp":1e999}']);
  const signer = random.chance(0.9) ? issuer : stranger;
  const header = random.chance(0.7) ? {} : random.pick(HEADERS);
  const token = signer.sign(signed, header);
  const isOurs = signer === issuer;
  if (random.chance(0.7)) return { token, signed: isOurs ? signed : undefined };
  return { token: forged(token, random), signed: undefined };
}

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

/** The rules said once more, by somebody who has not read how they are kept. */
function expectTrustworthy(signed: string | undefined, issuer: string): void {
  if (signed === undefined) throw new Error('a token that the issuer has not signed is taken');
  const { iss, aud, exp, iat, project } = JSON.parse(signed);
  const now = Date.now() / 1000;
  const isTimely =
    typeof exp === 'number' &&
    typeof iat === 'number' &&
    exp > now - 65 &&
    iat < now + 65 &&
    exp - iat <= 86_400;
  if (iss !== issuer || ![aud].flat().includes(AUDIENCE) || project !== 'tools' || !isTimely)
    throw new Error('a token that nobody trusts is taken');
}
