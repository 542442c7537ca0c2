import { UsageError } from '../command.ts';
import { fileSize, UnreadableFileError } from './read-file.ts';

const DEFAULT_JOBS = 4;
const MAX_JOBS = 32;
const DEFAULT_WAIT_SECONDS = 60;
const UNITS = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };
/** What the registry takes. */
const PART_BYTES = { least: 64 * UNITS.M, most: 5 * UNITS.G };

export const PUBLISH_OPTIONS = {
  to: { type: 'string' },
  jobs: { type: 'string' },
  wait: { type: 'string' },
  'part-size': { type: 'string' },
  json: { type: 'boolean' },
} as const;

/**
 * `--wait` may stand alone, which no option of `parseArgs` may that takes a value.
 * @throws UsageError for `--wait 5`, which would wait for longer and publish a file named 5
 */
export const withWait = (args: readonly string[]): string[] => {
  const end = args.indexOf('--');
  return args.map((arg, index) => {
    if (arg !== '--wait' || (end >= 0 && index > end)) return arg;
    const next = args[index + 1];
    if (next !== undefined && /^[0-9]+$/.test(next))
      throw new UsageError(`--wait ${next}: write --wait=${next}.`);
    return `--wait=${DEFAULT_WAIT_SECONDS}`;
  });
};

/** Files at once. @throws UsageError */
export function readJobs(text = String(DEFAULT_JOBS)): number {
  const jobs = /^[0-9]{1,3}$/.test(text) ? Number(text) : 0;
  if (jobs >= 1 && jobs <= MAX_JOBS) return jobs;
  throw new UsageError(`--jobs is ${JSON.stringify(text)}, not a number from 1 to ${MAX_JOBS}.`);
}

/** Seconds. @throws UsageError */
export function readWait(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[0-9]{1,5}$/.test(text)) return Number(text);
  throw new UsageError(`--wait is ${JSON.stringify(text)}, not a number of seconds: write --wait=60.`);
}

/** Bytes. @throws UsageError */
export function readPartSize(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const { count, unit } = /^(?<count>[0-9]{1,12})(?<unit>[KMG]?)$/.exec(text)?.groups ?? {};
  const bytes = Number(count) * UNITS[(unit ?? '') as keyof typeof UNITS];
  if (bytes >= PART_BYTES.least && bytes <= PART_BYTES.most) return bytes;
  throw new UsageError(`--part-size is ${JSON.stringify(text)}, not from 64M to 5G.`);
}

/**
 * The files that were named, each once; none is sent before all are there.
 * @throws UsageError for those that are not
 */
export async function readFiles(paths: readonly string[]): Promise<string[]> {
  if (paths.length === 0) throw new UsageError('No file: say which packages to publish.');
  const distinct = [...new Set(paths)];
  const faults = await Promise.all(distinct.map(faultOf));
  const said = faults.filter((fault) => fault !== undefined);
  if (said.length > 0) throw new UsageError(`${said.join('\n')}\nNothing was sent.`);
  return distinct;
}

async function faultOf(path: string): Promise<string | undefined> {
  try {
    await fileSize(path);
    return undefined;
  } catch (error) {
    if (error instanceof UnreadableFileError) return error.message;
    throw error;
  }
}
