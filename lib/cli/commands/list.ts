import { parseArgs } from 'node:util';
import type { IndexEntry } from '#apk/index-entry.ts';
import { type Command, UsageError } from '../command.ts';
import { CONNECTION_DETAILS, CONNECTION_OPTIONS } from '../connection/connection.ts';
import { readPlace } from '../connection/read-place.ts';
import { builtAt, readRepository } from '../repository/read-repository.ts';
import { layTable } from '../terminal/table.ts';

const OPTIONS = {
  ...CONNECTION_OPTIONS,
  arch: { type: 'string', multiple: true },
  json: { type: 'boolean' },
} as const;

export const list: Command = {
  synopsis: 'alpenglow list [OWNER/BRANCH/REPOSITORY | URL] [--arch ARCH]... [--json]',
  details: `Lists what the indexes of a repository list, the newest version of each package first.
  URL       a line of /etc/apk/repositories; by default the repository is $ALPENGLOW_REPOSITORY, or
            that of the configuration
  --arch    an architecture to look at instead of Alpine's
  --json    for programs: an object a line
${CONNECTION_DETAILS}

Example: alpenglow list acme/v3.22/main --arch x86_64
`,
  options: OPTIONS,
  async run(args, { environment, print }) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
    if (positionals.length > 1) throw new UsageError(`One repository at a time: ${positionals.join(' ')}`);
    const place = readPlace(positionals[0], values, environment);
    const entries = await readRepository(place, values.arch);
    print(values.json ? entries.map(lineOf).join('') : textOf(entries));
    return 0;
  },
};

function lineOf(entry: IndexEntry): string {
  const { name, version, arch } = entry.info;
  return `${JSON.stringify({ name, version, arch, size: entry.size, built: builtAt(entry) || null, checksum: entry.checksum })}\n`;
}

const textOf = (entries: readonly IndexEntry[]): string =>
  layTable(
    ['NAME', 'VERSION', 'ARCH', 'SIZE', 'BUILT'],
    entries.map((entry) => {
      const { name, version, arch } = entry.info;
      return [name, version, arch, String(entry.size), builtAt(entry)];
    }),
  );
