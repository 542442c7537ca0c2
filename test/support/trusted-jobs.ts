import { createServer } from 'node:http';
import { startListening } from '#local/listen.ts';
import { type RunningRegistry, startRegistry } from '#local/registry.ts';
import { GITHUB_CLAIMS, GITLAB_CLAIMS } from './ci-claims.ts';
import { LocalIssuer, type TokenClaims } from './local-issuer.ts';
import { giveSigningKey } from './registry-folder.ts';
import { START_TOKEN } from './served-registry.ts';
import { temporaryFolder } from './temporary-folder.ts';

const RUNNER_SECRET = 'of-the-job';

/** A registry of one machine that trusts the jobs of a CI system with acme/v3.22/main, and with nothing else. */
export interface TrustedJobs {
  registry: RunningRegistry;
  /** Empty but for what the registry keeps; removed at the end. */
  folder: string;
  /** What a runner of GitHub Actions tells a job with `id-token: write`. */
  github: NodeJS.ProcessEnv;
  /** For which audiences the runner was asked for a job's token. */
  audiences: (string | null)[];
  /** What GitLab gives a job as its id token. */
  gitlabToken(claims?: TokenClaims): string;
  /** Asks the API with every right. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

export async function trustJobs({ audience }: { audience?: string } = {}): Promise<TrustedJobs> {
  const { folder, remove } = await temporaryFolder();
  const issuer = await LocalIssuer.start();
  const failures: unknown[] = [];
  const onError = (error: unknown) => failures.push(error);
  await giveSigningKey(`${folder}/registry`);
  const registry = await startRegistry({
    port: 0,
    folder: `${folder}/registry`,
    token: START_TOKEN,
    onError,
    allowHttpIssuers: true,
  });
  const audiences: TrustedJobs['audiences'] = [];
  const runner = createServer((request, response) => {
    const aud = new URL(request.url ?? '', 'http://runner').searchParams.get('audience');
    audiences.push(aud);
    const isAsked = request.headers.authorization === `Bearer ${RUNNER_SECRET}`;
    response.end(JSON.stringify(isAsked ? { value: issuer.token({ ...GITHUB_CLAIMS, aud }) } : {}));
  });
  const asked = await startListening(runner);
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${registry.url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${START_TOKEN}`, 'content-type': 'application/json' },
    });
  for (const conditions of [
    [{ claim: 'repository_id', equals: GITHUB_CLAIMS.repository_id }],
    [{ claim: 'project_id', equals: GITLAB_CLAIMS.project_id }],
  ]) {
    const policy = {
      name: 'releases of acme/tools',
      issuer: issuer.url,
      jwks_uri: issuer.jwksUri,
      audience: audience ?? registry.url,
      conditions,
      rights: [{ allow: ['publish', 'delete'], on: 'acme/v3.22/main' }],
    };
    const made = await ask('/api/trust', { method: 'POST', body: JSON.stringify(policy) });
    if (made.status !== 201) throw new Error(await made.text());
  }
  return {
    registry,
    folder,
    github: {
      GITHUB_ACTIONS: 'true',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: RUNNER_SECRET,
      ACTIONS_ID_TOKEN_REQUEST_URL: `${asked.url}/?api-version=2.0`,
    },
    audiences,
    gitlabToken: (claims = {}) =>
      issuer.token({ ...GITLAB_CLAIMS, aud: audience ?? registry.url, ...claims }),
    ask,
    async close() {
      await asked.close();
      await registry.close();
      await issuer.close();
      await remove();
      expect(failures).toEqual([]);
    },
  };
}
