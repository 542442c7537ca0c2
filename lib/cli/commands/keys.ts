import { parseArgs } from 'node:util';
import { type Command, UsageError } from '../command.ts';
import { type Connection, readConnectionAt } from '../connection/connection.ts';
import { readPlace } from '../connection/read-place.ts';
import { RegistryClient, type SigningKey } from '../connection/registry-client.ts';
import { isRepositoryPath, pathOf } from '../connection/repository-path.ts';
import { ARCHITECTURES } from '../repository/architectures.ts';
import { type CheckedIndex, checkIndexes } from '../repository/check-signatures.ts';
import { layTable } from '../terminal/table.ts';

const OPTIONS = { arch: { type: 'string', multiple: true }, json: { type: 'boolean' } } as const;

export const keys: Command = {
  synopsis: 'alpenglow keys [URL | OWNER/BRANCH/REPOSITORY] [--arch ARCH]... [--json]',
  details: `Shows which keys sign the indexes of a registry.
  URL      of the registry, or a line of /etc/apk/repositories: then the signatures of each
           index of that repository are verified, too. By default $ALPENGLOW_URL, or this machine's,
           and so of OWNER/BRANCH/REPOSITORY
  --arch   an architecture to look at instead of Alpine's
  --json   for programs

  valid             signed by that key; a machine that has it installs
  missing           not signed by that key yet
  does not verify   not the signature of the key that the registry gives under that name
  unknown key       the registry has no key of that name (any more)

Exit code 0: every index has valid signatures of all keys, and no others. 1: not so, or not known.

Example: alpenglow keys https://apk.example.com/acme/v3.22/main
`,
  options: OPTIONS,
  async run(args, { environment, print }) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
    if (positionals.length > 1) throw new UsageError(`One URL at a time: ${positionals.join(' ')}`);
    const connection = readRegistry(positionals[0], environment);
    const client = new RegistryClient(connection);
    const path = connection.line;
    const signing = await client.keys();
    const repository = path === undefined ? undefined : { path, keys: signing, client };
    const indexes = repository && (await checkIndexes(repository, values.arch ?? ARCHITECTURES));
    print(
      values.json ? `${JSON.stringify({ keys: signing, indexes }, null, 2)}\n` : textOf(signing, indexes),
    );
    return indexes === undefined || areAllValid(indexes) ? 0 : 1;
  },
};

function readRegistry(text: string | undefined, environment: NodeJS.ProcessEnv): Connection {
  if (text === undefined || !isRepositoryPath(text)) return readConnectionAt(text, environment);
  const { connection, repository } = readPlace(text, {}, environment);
  return { ...connection, line: `/${pathOf(repository)}` };
}

/** A repository without an index is one that was asked for by a wrong name. */
const areAllValid = (indexes: readonly CheckedIndex[]): boolean =>
  indexes.length > 0 &&
  indexes.every(
    ({ signatures }) => signatures.length > 0 && signatures.every(({ state }) => state === 'valid'),
  );

function textOf(signing: readonly SigningKey[], indexes: readonly CheckedIndex[] | undefined): string {
  const keyRows = signing.map(({ file, algorithm, fingerprint, given_to_new_clients }) => [
    file,
    algorithm,
    fingerprint,
    given_to_new_clients ? 'given to new clients' : '',
  ]);
  const keyTable = layTable(['KEY', 'ALGORITHM', 'SHA-256', ''], keyRows);
  if (indexes === undefined) return keyTable;
  if (indexes.length === 0) return `${keyTable}\nThe repository has no index: nothing is published there.\n`;
  const indexRows = indexes.flatMap(({ arch, signatures, error }) =>
    error === undefined
      ? signatures.map(({ file, state }) => [arch, state, file])
      : [[arch, 'not checked', error]],
  );
  return `${keyTable}\n${layTable(['INDEX', 'SIGNATURE', 'KEY'], indexRows)}`;
}
