import { parseArgs } from 'node:util';
import { type Command, type Terminal, UsageError } from '../command.ts';
import { CHANGES_DETAILS, CHANGES_OPTIONS, connectForChanges } from '../connection/connect-for-changes.ts';
import { readPlace } from '../connection/read-place.ts';
import { readJobs } from '../publish/publish-options.ts';
import { ImportReport } from '../repository/import-report.ts';
import { type ImportOptions, importRepository, type Target } from '../repository/import-repository.ts';
import { openRepository } from '../repository/open-repository.ts';
import type { Repository } from '../repository/repository.ts';
import { credentialsFor } from '../repository/source-credentials.ts';
import { noKeys, readTrust, TRUST_OPTIONS } from '../repository/trust-options.ts';
import { interruptible } from '../terminal/interruption.ts';
import { ReportOutput } from '../terminal/report-output.ts';
import { openWorkingFolder } from '../terminal/working-folder.ts';

const DEFAULT_JOBS = '8';

const OPTIONS = {
  ...CHANGES_OPTIONS,
  ...TRUST_OPTIONS,
  to: { type: 'string' },
  arch: { type: 'string', multiple: true },
  jobs: { type: 'string' },
  'dry-run': { type: 'boolean' },
  'source-token': { type: 'string' },
  json: { type: 'boolean' },
} as const;

export const importCommand: Command = {
  synopsis: 'alpenglow import SOURCE --to OWNER/BRANCH/REPOSITORY --keys FILE|FOLDER... [--dry-run]',
  details: `Publishes every package of another repository.
  SOURCE    a line of /etc/apk/repositories, of any registry or mirror; or a folder that has
            {arch}/APKINDEX.tar.gz and its packages, or {arch}/*.apk alone
  --to      the repository that they are published in; by default that of the URL,
            $ALPENGLOW_REPOSITORY, or the configuration's
  --keys    a public key that is trusted, NAME.rsa.pub, or a folder of them: an index needs a
            signature of one, and without an index each package does
  --allow-untrusted
            takes what nobody that is trusted has signed
  --arch    an architecture to import instead of all of Alpine's that are there
  --jobs    packages at a time, ${DEFAULT_JOBS} by default
  --dry-run
            says what would be published
  --source-token
            for SOURCE; by default the password in it, $ALPENGLOW_SOURCE_TOKEN, or what ~/.netrc has
            for its host
  --json    for programs
${CHANGES_DETAILS}

Each package is checked against the index as \`alpenglow verify\` does, and left out if it is
faulty. What is there already is left alone, so what was interrupted is just started again.

Exit code 0: all is there now. 1: something is not. 2: asked wrongly.

Example: alpenglow import https://apk.example.org/v3.22/main --keys org.rsa.pub --to acme/v3.22/main
`,
  options: OPTIONS,
  takes: 'files',
  async run(args, terminal) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
    const [source, ...more] = positionals;
    if (source === undefined || more.length > 0)
      throw new UsageError('Say one SOURCE: a line of /etc/apk/repositories, or a folder.');
    const { arch: architectures, json = false, 'dry-run': dryRun = false } = values;
    const jobs = readJobs(values.jobs ?? DEFAULT_JOBS);
    const { environment } = terminal;
    const { repository, connection } = readPlace(values.to, values, environment);
    const owners = [repository.owner];
    const client = await connectForChanges(connection, { owners, audience: values.audience }, environment);
    const trust = await readTrust(values);
    const token = values['source-token'] ?? (environment.ALPENGLOW_SOURCE_TOKEN || undefined);
    const from = await openRepository(source, credentialsFor({ token, registry: connection }, environment));
    if (trust === undefined) throw noKeys(from.name);
    return runImport(
      from,
      { repository, client },
      { trust, architectures, jobs, dryRun },
      { terminal, json },
    );
  },
};

/** @returns the exit code */
async function runImport(
  from: Repository,
  to: Target,
  options: Pick<ImportOptions, 'trust' | 'architectures' | 'jobs' | 'dryRun'>,
  { json, terminal }: { json: boolean; terminal: Terminal },
): Promise<number> {
  const output = new ReportOutput(terminal, { label: 'import', json });
  const report = new ImportReport(output);
  const startedAt = performance.now();
  const working = await openWorkingFolder();
  const wanted = { ...options, folder: working.path, onRetry: output.retried };
  try {
    await interruptible((signal) => importRepository(from, to, { ...wanted, signal }, report));
  } finally {
    output.endProgress();
    from.close();
    await working.remove();
    const seconds = (performance.now() - startedAt) / 1000;
    if (json) terminal.print(report.asJson(seconds));
    else report.summarize(seconds);
  }
  if (report.packages === 0)
    output.note(`There is nothing at ${from.name}: no {arch}/APKINDEX.tar.gz that has packages.`);
  return report.hasFaults || report.packages === 0 ? 1 : 0;
}
