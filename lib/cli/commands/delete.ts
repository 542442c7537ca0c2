import { parseArgs } from 'node:util';
import type { RepositoryName } from '#registry/ports.ts';
import { type Deletable, deleteEach } from '../access/delete-each.ts';
import { type Command, UsageError } from '../command.ts';
import { CHANGES_DETAILS, CHANGES_OPTIONS, connectForChanges } from '../connection/connect-for-changes.ts';
import { readConnection } from '../connection/connection.ts';
import { apiPathOf, parseRepositoryPath } from '../connection/repository-path.ts';

const OPTIONS = { ...CHANGES_OPTIONS, from: { type: 'string' } } as const;

export const deletePackages: Command = {
  synopsis: 'alpenglow delete [--from OWNER/BRANCH/REPOSITORY] ARCH/FILE...',
  details: `Takes packages out of a repository; out of the index within a second or so.
  ARCH/FILE as the index has it: x86_64/hello-1.0-r0.apk; OWNER/BRANCH/REPOSITORY/ARCH/FILE names
            the repository, too. Packages for all architectures are in noarch
  --from    the repository; by default $ALPENGLOW_REPOSITORY, or that of the configuration
${CHANGES_DETAILS}

Exit code 0: all are gone. 1: some are not, for example since they were not there.

Example: alpenglow delete acme/v3.22/main/x86_64/hello-1.0-r0.apk
`,
  options: OPTIONS,
  async run(args, terminal) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
    if (positionals.length === 0)
      throw new UsageError('No package: say ARCH/FILE, as alpenglow list shows them.');
    const connection = readConnection(values, terminal.environment);
    const repository = values.from === undefined ? connection.repository : parseRepositoryPath(values.from);
    const files = positionals.map((text) => readFile(text, repository));
    const changes = { owners: files.map(({ owner }) => owner), audience: values.audience };
    const client = await connectForChanges(connection, changes, terminal.environment);
    return deleteEach(files, { client, done: 'deleted' }, terminal);
  },
};

interface PackageToDelete extends Deletable {
  owner: string;
}

function readFile(text: string, repository: RepositoryName | undefined): PackageToDelete {
  const segments = text.replace(/^\//, '').split('/');
  const [arch, file] = segments.slice(-2);
  if (!arch || !file || (segments.length !== 2 && segments.length !== 5)) {
    throw new UsageError(
      `${JSON.stringify(text)} is no package: write ARCH/FILE or OWNER/BRANCH/REPOSITORY/ARCH/FILE, for example x86_64/hello-1.0-r0.apk.`,
    );
  }
  const place = segments.length === 5 ? parseRepositoryPath(segments.slice(0, 3).join('/')) : repository;
  if (place === undefined) {
    throw new UsageError(`Which repository is ${text} in? Say --from OWNER/BRANCH/REPOSITORY.`);
  }
  const path = `${apiPathOf(place)}/${encodeURIComponent(arch)}/${encodeURIComponent(file)}`;
  return { label: text, path, owner: place.owner };
}
