import * as z from 'zod';
import { UsageError } from '../command.ts';
import { ApiClient } from './api-client.ts';
import type { RequestOptions } from './send-request.ts';

/** Where a job of a CI system has its JSON Web Tokens from. */
export interface JobTokens {
  /** Whether there is another one after the first: each is good for one request. */
  areMany: boolean;
  /** @throws RefusalError, UnreachableError; UsageError for one that is not meant for the audience */
  next(audience: string, options?: RequestOptions): Promise<string>;
}

/**
 * GitHub Actions makes them when asked; what other CI systems make stands in `ALPENGLOW_ID_TOKEN`.
 * @returns `undefined` where no job is running
 * @throws UsageError in a job that has none
 */
export function jobTokensOf(environment: NodeJS.ProcessEnv): JobTokens | undefined {
  const {
    ACTIONS_ID_TOKEN_REQUEST_URL: url,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: secret,
    ALPENGLOW_ID_TOKEN: token,
  } = environment;
  if (url && secret) return githubTokens(url, secret);
  if (token) return { areMany: false, next: async (audience) => requireAudience(token.trim(), audience) };
  const missing = adviceFor(environment);
  if (missing !== undefined) throw new UsageError(missing);
  return undefined;
}

const idToken = z.looseObject({ value: z.string().regex(/^[\x21-\x7e]+$/) });

/** Source: GitHub Docs, "OpenID Connect reference", "Methods for requesting the OIDC token". */
function githubTokens(requestUrl: string, secret: string): JobTokens {
  const url = URL.canParse(requestUrl) ? new URL(requestUrl) : undefined;
  if (url === undefined) throw new UsageError('ACTIONS_ID_TOKEN_REQUEST_URL is not a URL.');
  const github = new ApiClient({ origin: url.origin, authorization: `Bearer ${secret}` });
  return {
    areMany: true,
    async next(audience, options) {
      url.searchParams.set('audience', audience);
      return (await github.get(`${url.pathname}${url.search}`, idToken, options)).value;
    },
  };
}

function adviceFor({ GITHUB_ACTIONS, GITLAB_CI }: NodeJS.ProcessEnv): string | undefined {
  if (GITHUB_ACTIONS === 'true') {
    return 'No token: give the job "permissions: {id-token: write}", or set ALPENGLOW_TOKEN. To a pull request of a fork GitHub gives neither.';
  }
  if (GITLAB_CI === 'true') {
    return 'No token: give the job "id_tokens: {ALPENGLOW_ID_TOKEN: {aud: URL}}" with the URL of the registry, or set ALPENGLOW_TOKEN.';
  }
  return undefined;
}

/** One that was made for one registry is shown to no other, which could use it there. */
function requireAudience(token: string, audience: string): string {
  const audiences = audiencesIn(token);
  if (audiences.includes(audience)) return token;
  const said = audiences.map((each) => JSON.stringify(each)).join(' and ') || 'nobody';
  throw new UsageError(
    `ALPENGLOW_ID_TOKEN is made for ${said}, not for ${JSON.stringify(audience)}: have the CI system make one for that, or say the audience of the policy with ALPENGLOW_AUDIENCE.`,
  );
}

const claimsWithAudience = z.looseObject({
  aud: z.union([z.string().transform((one) => [one]), z.array(z.string())]).default([]),
});

/** Source: RFC 7519, sections 3 and 4.1.3; nothing is verified. */
function audiencesIn(token: string): string[] {
  try {
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
    return claimsWithAudience.parse(JSON.parse(payload)).aud;
  } catch {
    throw new UsageError('ALPENGLOW_ID_TOKEN is not a JSON Web Token.');
  }
}
