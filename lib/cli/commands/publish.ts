import { parseArgs } from 'node:util';
import type { Command } from '../command.ts';
import { CHANGES_DETAILS, CHANGES_OPTIONS, connectForChanges } from '../connection/connect-for-changes.ts';
import { readPlace } from '../connection/read-place.ts';
import { RefusalError, UnreachableError } from '../connection/refusal.ts';
import { isPassing } from '../connection/retry.ts';
import { type PublishedFile, type PublishOptions, publishFile } from '../publish/publish-file.ts';
import {
  PUBLISH_OPTIONS,
  readFiles,
  readJobs,
  readPartSize,
  readWait,
  withWait,
} from '../publish/publish-options.ts';
import { type FileResult, PublishReport } from '../publish/publish-report.ts';
import { inParallel } from '../terminal/in-parallel.ts';
import { interruptible } from '../terminal/interruption.ts';

const OPTIONS = { ...CHANGES_OPTIONS, ...PUBLISH_OPTIONS } as const;

export const publish: Command = {
  synopsis:
    'alpenglow publish FILE... [--to OWNER/BRANCH/REPOSITORY] [--jobs N] [--wait[=SECONDS]] [--part-size SIZE] [--json]',
  details: `Puts package files into a repository. What is there already with the same bytes counts as done, so the
same command again finishes what was interrupted. What fails for a reason that passes is tried again.
  --to      the repository; by default that of the URL, $ALPENGLOW_REPOSITORY, or the configuration's
  --jobs    files at once, 4 by default
  --wait    until the index lists them, for 60 seconds or as many as are said
  --part-size
            in parts of this size, from 64M to 5G, what is larger than that; sent several at a time
  --json    for programs: an object a line for each file
${CHANGES_DETAILS}

After a 401, or where nobody answers, the files that are left are not tried.

Exit code 0: all are published, or there already; with --wait, and listed. 1: some failed for a reason that may
pass, or are not listed yet. 3: some were refused, and would be again; no others failed. 130: interrupted.

Example: alpenglow publish packages/x86_64/*.apk --to acme/v3.22/main --wait
`,
  options: OPTIONS,
  takes: 'files',
  async run(args, terminal) {
    const { values, positionals } = parseArgs({
      args: withWait(args),
      allowPositionals: true,
      options: OPTIONS,
    });
    const { repository, connection } = readPlace(values.to, values, terminal.environment);
    const [jobs, wait, partSize] = [
      readJobs(values.jobs),
      readWait(values.wait),
      readPartSize(values['part-size']),
    ];
    const paths = await readFiles(positionals);
    const changes = { owners: [repository.owner], audience: values.audience };
    const client = await connectForChanges(connection, changes, terminal.environment);
    const publishOne = (path: string, options: PublishOptions) =>
      publishFile({ path }, repository, client, { ...options, wait, partSize }).then(requireListed(wait));
    const report = new PublishReport(terminal, { json: values.json ?? false, total: paths.length });
    let isHopeless = false;
    const publishUnlessHopeless = async (path: string, signal: AbortSignal) => {
      const result = isHopeless ? { path } : await publishFileOf(path, publishOne, report, signal);
      report.ended(result);
      isHopeless ||= isOfAll(result.error);
      return result;
    };
    const results = await interruptible((signal) =>
      inParallel(paths, jobs, (path) => publishUnlessHopeless(path, signal)),
    ).finally(() => report.close());
    return exitCodeOf(results);
  },
};

/** Whoever is not known, or reaches nobody after all tries, would be no better off with the next file. */
const isOfAll = (error: Error | undefined): boolean =>
  error instanceof UnreachableError || (error instanceof RefusalError && error.status === 401);

async function publishFileOf(
  path: string,
  publishOne: (path: string, options: PublishOptions) => Promise<PublishedFile>,
  report: PublishReport,
  signal: AbortSignal,
): Promise<FileResult> {
  const result: FileResult = { path };
  try {
    result.published = await publishOne(path, {
      signal,
      onProgress: (progress) => report.progress(path, progress),
    });
  } catch (error) {
    signal.throwIfAborted();
    result.error = error as Error;
  }
  return result;
}

const requireListed =
  (wait: number | undefined) =>
  (published: PublishedFile): PublishedFile => {
    if (wait === undefined || published.package.indexed) return published;
    const { arch, file } = published.package;
    throw new Error(
      `${arch}/${file} is ${published.outcome}, but no index is known to list it after ${wait} s.`,
    );
  };

const EXIT = { done: 0, failed: 1, refused: 3 };

function exitCodeOf(results: readonly FileResult[]): number {
  const errors = results.flatMap(({ error }) => error ?? []);
  if (errors.length === 0) return EXIT.done;
  const isRefusal = (error: Error) => error instanceof RefusalError && !isPassing(error);
  return errors.every(isRefusal) ? EXIT.refused : EXIT.failed;
}
