import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { startListening } from '#local/listen.ts';
import { startRegistry } from '#local/registry.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { GITHUB_CLAIMS } from '#test/support/ci-claims.ts';
import { runCommand } from '#test/support/command.ts';
import { fetchIndex } from '#test/support/fetch-index.ts';
import { findProgram } from '#test/support/find-program.ts';
import { LocalIssuer } from '#test/support/local-issuer.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';
import { until } from '#test/support/until.ts';

const TOKEN = 'token-of-every-right';

/** The script of the workflow in docs/ci.md, as a runner would run it. */
async function githubScript(): Promise<string> {
  const page = await readFile('docs/ci.md', 'utf8');
  const yaml = page.slice(page.indexOf('## GitHub Actions'), page.indexOf('## GitLab'));
  const run = /^ {6}- shell: bash\n {8}run: \|\n(?<lines>(?: {10}.*\n)+)/m.exec(yaml)?.groups?.lines ?? '';
  return run.replaceAll(/^ {10}/gm, '');
}

/** GitHub's runners have it. */
const hasJq = findProgram('JQ', 'jq') !== undefined;
if (!hasJq) process.stdout.write('skipped: there is no jq on PATH, which the workflow of docs/ci.md needs\n');
const testWithJq = hasJq ? test : test.skip;

testWithJq(
  'the workflow of docs/ci.md publishes every package of a job that a policy trusts',
  async () => {
    const { folder, remove } = await temporaryFolder();
    const issuer = await LocalIssuer.start();
    const onError = (error: unknown) => {
      throw error;
    };
    const registry = await startRegistry({ port: 0, folder, token: TOKEN, onError, allowHttpIssuers: true });
    // What a runner asks for a job's token, for the audience that the query names.
    const runner = createServer((request, response) => {
      const aud = new URL(request.url ?? '', 'http://runner').searchParams.get('audience');
      const isAsked = request.headers.authorization === 'Bearer of-the-job';
      response.end(JSON.stringify(isAsked ? { value: issuer.token({ ...GITHUB_CLAIMS, aud }) } : {}));
    });
    const asked = await startListening(runner);
    try {
      const policy = {
        name: 'releases of acme/tools',
        issuer: issuer.url,
        jwks_uri: issuer.jwksUri,
        audience: registry.url,
        conditions: [{ claim: 'repository_id', equals: GITHUB_CLAIMS.repository_id }],
        rights: [{ allow: ['publish'], on: 'acme/v3.22/main' }],
      };
      const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
      const made = { method: 'POST', headers, body: JSON.stringify(policy) };
      expect((await fetch(`${registry.url}/api/trust`, made)).status).toBe(201);
      await mkdir(join(folder, 'dist'));
      for (const name of ['one', 'two'])
        await writeFile(join(folder, `dist/${name}.apk`), await buildPackage({ name }));

      const script = await githubScript();
      expect(script).toContain('token-exchange');
      const { code, output } = await runCommand('bash', ['-eo', 'pipefail', '-c', script], {
        cwd: folder,
        environment: {
          REGISTRY: registry.url,
          ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-the-job',
          ACTIONS_ID_TOKEN_REQUEST_URL: `${asked.url}/?api-version=2.0`,
        },
      });
      expect({ code, output }).toMatchObject({ code: 0 });
      const listed = async () =>
        fetchIndex(
          { fetch: (path, init) => fetch(`${registry.url}${path}`, init) },
          'acme/v3.22/main/x86_64',
        );
      await until('both are listed', async () => (await listed())?.length === 2);
    } finally {
      await asked.close();
      await registry.close();
      await issuer.close();
      await remove();
    }
  },
  60_000,
);
