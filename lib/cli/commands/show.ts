import { parseArgs } from 'node:util';
import type { IndexEntry } from '#apk/index-entry.ts';
import { packageFile, packageKey, urlPath } from '#registry/object-keys.ts';
import { type Command, UsageError } from '../command.ts';
import { CONNECTION_DETAILS, CONNECTION_OPTIONS } from '../connection/connection.ts';
import { type Place, readPlace } from '../connection/read-place.ts';
import { pathOf } from '../connection/repository-path.ts';
import { builtAt, readRepository } from '../repository/read-repository.ts';
import { withoutControls } from '../terminal/terminal-text.ts';

const OPTIONS = {
  ...CONNECTION_OPTIONS,
  arch: { type: 'string', multiple: true },
  json: { type: 'boolean' },
} as const;

export const show: Command = {
  synopsis: 'alpenglow show [OWNER/BRANCH/REPOSITORY | URL] NAME[-VERSION] [--arch ARCH]... [--json]',
  details: `Shows all that the indexes say of a package, for each architecture that has it.
  NAME      the newest version is shown, unless one is said; .apk may stand behind it
  URL       a line of /etc/apk/repositories; by default the repository is $ALPENGLOW_REPOSITORY, or
            that of the configuration
  --arch    an architecture to look at instead of Alpine's
  --json    for programs: an object a line
${CONNECTION_DETAILS}

Example: alpenglow show acme/v3.22/main hello-1.0-r0
`,
  options: OPTIONS,
  async run(args, { environment, print }) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
    const name = positionals.at(-1);
    if (name === undefined || positionals.length > 2) {
      throw new UsageError('Say one package, and before it perhaps its repository.');
    }
    if (positionals.length === 1 && name.includes('/'))
      throw new UsageError(`Which package of ${name}? Say its name behind it.`);
    const place = readPlace(positionals.length === 2 ? positionals[0] : undefined, values, environment);
    const entries = await readRepository(place, values.arch);
    const found = entriesOf(name.replace(/\.apk$/, ''), entries);
    if (found.length === 0) throw new Error(`No index of ${pathOf(place.repository)} lists ${name}.`);
    const shown = found.map((entry) => describe(entry, place));
    print(
      values.json ? shown.map((each) => `${JSON.stringify(each)}\n`).join('') : shown.map(textOf).join('\n'),
    );
    return 0;
  },
};

/** A name may look like another's name and version: that of the package is tried first. */
function entriesOf(text: string, entries: readonly IndexEntry[]): IndexEntry[] {
  const ofName = entries.filter(({ info }) => info.name === text);
  const newest = ofName[0]?.info.version;
  if (newest !== undefined) return ofName.filter(({ info }) => info.version === newest);
  return entries.filter(({ info }) => packageFile(info) === `${text}.apk`);
}

/** A list, a text or a number for each field; `undefined` for what the index does not say. */
type Description = Record<string, string | number | readonly string[] | undefined>;

function describe(entry: IndexEntry, { connection, repository }: Place): Description {
  const { info, size, checksum } = entry;
  return {
    name: info.name,
    version: info.version,
    arch: info.arch,
    description: info.description,
    homepage: info.url,
    license: info.license,
    origin: info.origin,
    maintainer: info.maintainer,
    built: builtAt(entry) || undefined,
    commit: info.commit,
    size,
    installed_size: info.installedSize,
    checksum,
    depends: info.depends,
    provides: info.provides,
    install_if: info.installIf,
    provider_priority: info.providerPriority,
    url: `${connection.origin}${urlPath(packageKey({ ...repository, ...info }))}`,
  };
}

function textOf(description: Description): string {
  const said = Object.entries(description).filter(
    ([, value]) => value !== undefined && value !== '' && String(value) !== '',
  );
  const width = Math.max(...said.map(([key]) => key.length));
  return said
    .map(([key, value]) => `${key.padEnd(width)}  ${withoutControls([value].flat().join(' '))}\n`)
    .join('');
}
