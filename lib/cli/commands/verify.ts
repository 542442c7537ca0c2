import { access } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type Command, type Terminal, UsageError } from '../command.ts';
import { type Connection, readConnection } from '../connection/connection.ts';
import { isRepositoryPath, parseRepositoryPath, pathOf } from '../connection/repository-path.ts';
import { readJobs } from '../publish/publish-options.ts';
import { fetchKeys } from '../repository/fetch-keys.ts';
import { HttpRepository } from '../repository/http-repository.ts';
import { openRepository } from '../repository/open-repository.ts';
import type { Repository } from '../repository/repository.ts';
import { credentialsFor } from '../repository/source-credentials.ts';
import { noKeys, readTrust, TRUST_OPTIONS, type Trust } from '../repository/trust-options.ts';
import { VerifyReport } from '../repository/verify-report.ts';
import { type VerifyOptions, verifyRepository } from '../repository/verify-repository.ts';
import { interruptible } from '../terminal/interruption.ts';
import { ReportOutput } from '../terminal/report-output.ts';

const DEFAULT_JOBS = '8';

const OPTIONS = {
  ...TRUST_OPTIONS,
  arch: { type: 'string', multiple: true },
  jobs: { type: 'string' },
  token: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export const verify: Command = {
  synopsis: `alpenglow verify URL | OWNER/BRANCH/REPOSITORY [--keys FILE|FOLDER]... [--arch ARCH]... [--jobs N] [--json]`,
  details: `Checks a repository as apk would: the signatures of its indexes, and every package that they list.
  URL       a line of /etc/apk/repositories, of any registry or mirror, or a folder;
            OWNER/BRANCH/REPOSITORY is one of $ALPENGLOW_URL, or of this machine's registry
  --keys    a public key that is trusted, NAME.rsa.pub, or a folder of them. By default those that
            the registry at URL says are its own: that it has not been replaced is not checked then
  --allow-untrusted
            goes on without a valid signature
  --arch    an architecture to look at instead of all of Alpine's that are there
  --jobs    packages at a time, ${DEFAULT_JOBS} by default
  --token   for URL; by default the password in it, that of the settings where they are for its host,
            or what ~/.netrc has for it
  --json    for programs

Every package is fetched and read whole, but never kept: its size, its checksum (C:), its
datahash, its structure, and its name, version and architecture are compared with the index.

Exit code 0: all is well, though there may be warnings. 1: there are faults. 2: asked wrongly.

Example: alpenglow verify https://apk.example.com/acme/v3.22/main --keys /etc/apk/keys
`,
  options: OPTIONS,
  takes: 'files',
  async run(args, terminal) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
    const [source, ...more] = positionals;
    if (source === undefined || more.length > 0)
      throw new UsageError('Say one URL: a line of /etc/apk/repositories, or a folder.');
    const options = { architectures: values.arch, jobs: readJobs(values.jobs ?? DEFAULT_JOBS) };
    const given = await readTrust(values);
    const { environment } = terminal;
    const known = { token: values.token, registry: readConnection({}, environment) };
    const repository = await openRepository(
      await lineOf(source, known.registry),
      credentialsFor(known, environment),
    );
    try {
      const trust = given ?? (await trustRegistry(repository, terminal));
      return await verifyAndReport(
        repository,
        { trust, ...options },
        { terminal, json: values.json ?? false },
      );
    } finally {
      repository.close();
    }
  },
};

/** A folder goes before a repository that has its name. */
async function lineOf(source: string, { origin }: Connection): Promise<string> {
  if (!isRepositoryPath(source)) return source;
  const isThere = await access(source).then(
    () => true,
    () => false,
  );
  return isThere ? source : `${origin}/${pathOf(parseRepositoryPath(source))}`;
}

/** @throws UsageError where the repository is not of a registry that says what its keys are */
async function trustRegistry(repository: Repository, { note }: Terminal): Promise<Trust> {
  if (!(repository instanceof HttpRepository)) throw noKeys(repository.name);
  const keys = await fetchKeys(repository);
  note(`No --keys: whatever keys ${repository.destination.origin} says are its own are trusted.\n`);
  return { keys, allowUntrusted: false };
}

/** @returns the exit code */
async function verifyAndReport(
  repository: Repository,
  options: Omit<VerifyOptions, 'onRetry' | 'signal'>,
  { json, terminal }: { json: boolean; terminal: Terminal },
): Promise<number> {
  const output = new ReportOutput(terminal, { label: 'verify', json });
  const report = new VerifyReport(output);
  const startedAt = performance.now();
  const totals = await interruptible((signal) =>
    verifyRepository(repository, { ...options, signal, onRetry: output.retried }, report),
  ).finally(() => output.endProgress());
  const seconds = (performance.now() - startedAt) / 1000;
  if (json) terminal.print(report.asJson(totals, seconds));
  else report.summarize(totals, seconds);
  if (totals.indexes === 0) output.note(`There is no index at ${repository.name}/{arch}/APKINDEX.tar.gz.`);
  return report.hasFaults || totals.indexes === 0 ? 1 : 0;
}
