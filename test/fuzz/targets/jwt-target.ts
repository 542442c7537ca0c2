import { bearer, startApi } from '#test/lambdas/api/api-under-test.ts';
import { AUDIENCE, localPolicy, postJson } from '#test/lambdas/api/trust-under-test.ts';
import { LocalIssuer } from '#test/support/local-issuer.ts';
import { ACCEPTED, type FuzzTarget } from '../fuzz-target.ts';
import { checkAnswer } from '../promises/check-answer.ts';
import { makeToken, type StrangeToken } from './strange-token.ts';

/** Tokens near one that is trusted, as the credentials of a publish without a file: a 400 says that they were taken. */
export async function openJwtTarget(): Promise<FuzzTarget<StrangeToken>> {
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

/** The rules said once more, by somebody who has not read how they are kept. */
function expectTrustworthy(signed: string | undefined, issuer: string): void {
  if (signed === undefined) throw new Error('a token that the issuer has not signed is taken');
  const { iss, aud, exp, iat, nbf, project } = JSON.parse(signed);
  const now = Date.now() / 1000;
  const isTimely =
    typeof exp === 'number' &&
    typeof iat === 'number' &&
    exp > now - 65 &&
    iat < now + 65 &&
    exp - iat <= 86_400 &&
    !(typeof nbf === 'number' && nbf > now + 65);
  if (iss !== issuer || ![aud].flat().includes(AUDIENCE) || ![project].flat().includes('tools') || !isTimely)
    throw new Error('a token that nobody trusts is taken');
}
