import { NOARCH } from '#apk/names.ts';
import { decodeIndex } from '#apk/package-index.ts';
import { indexKey, packageKey } from '#registry/object-keys.ts';
import type { Clock, IndexName, PackageRecord, Signer } from '#registry/ports.ts';
import { readerEntry, tokenKey, visibilityKey } from '#registry/readers.ts';
import { isSignedBy } from '#registry/sign-index.ts';
import type { StoredToken } from '#registry/tokens.ts';
import { ENVIRONMENT } from '#test/support/registry-ports.ts';
import { sha256Of } from './actor.ts';
import type { World } from './world.ts';

/** What does not agree in all that a registry keeps: records, objects, indexes, uploads and readers. */
export async function findFlaws(
  world: World,
  { signers, clock }: { signers: readonly Signer[]; clock: Clock },
): Promise<string[]> {
  return [
    ...flawsOfFiles(world),
    ...(await flawsOfIndexes(world, signers)),
    ...flawsOfUploads(world),
    ...flawsOfTokens(world, clock),
    ...flawsOfReaders(world),
  ];
}

const recordsIn = ({ items }: World) =>
  items.filter(({ sk }) => sk.startsWith('PKG#')) as unknown as PackageRecord[];

const tokensIn = ({ items }: World) => items.filter(({ pk }) => pk === 'TOKENS') as unknown as StoredToken[];

/** Records and objects: each published, each byte as it was sent. */
function flawsOfFiles(world: World): string[] {
  const records = recordsIn(world);
  const published = new Set(records.map(packageKey));
  const strangers = [...world.objects.keys()].filter(
    (key) => !/\/APKINDEX\.tar\.gz$|^[^/]+\/[^/]+\.rsa\.pub$/.test(key) && !published.has(key),
  );
  return [
    ...strangers.map((key) => `${key} is an orphan`),
    ...records.flatMap((record) => {
      const key = packageKey(record);
      const object = world.objects.get(key);
      if (record.state !== 'live') return [`${key} is ${record.state}`];
      if (object === undefined) return [`${key} has no object`];
      return sha256Of(object) === record.sha256 ? [] : [`${key} has other bytes than its record says`];
    }),
  ];
}

/** Each index lists what the records say, no more and no less, and is signed by every key. */
async function flawsOfIndexes(world: World, signers: readonly Signer[]): Promise<string[]> {
  const records = recordsIn(world);
  const indexes = world.items.filter(({ sk }) => sk.startsWith('ARCH#')).map(indexOf);
  const keys = new Set([...world.objects.keys()].filter((key) => key.endsWith('/APKINDEX.tar.gz')));
  const flaws: string[] = [];
  for (const index of indexes) {
    const key = indexKey(index);
    keys.delete(key);
    const isOf = (record: PackageRecord) =>
      indexKey(record) === key ||
      (indexKey({ ...record, arch: index.arch }) === key && record.arch === NOARCH);
    const wanted = records
      .filter(isOf)
      .map(({ arch, name, version, checksum, size }) =>
        JSON.stringify([arch, name, version, checksum, size]),
      );
    const object = world.objects.get(key);
    const listed =
      object &&
      (await decodeIndex(object)).map(({ info: { arch, name, version }, checksum, size }) =>
        JSON.stringify([arch, name, version, checksum, size]),
      );
    if (object && listed?.length === 0) flaws.push(`${key} is empty`);
    if (String(listed?.sort() ?? '') !== String(wanted.sort())) {
      flaws.push(`${key} lists ${listed ?? 'nothing'}, not ${wanted}`);
    }
    if (object && !(await isSignedBy(signers, object))) flaws.push(`${key} is not signed`);
    if (object && !(await hasKeys(index.owner))) flaws.push(`${key} has no public key`);
  }
  return [...flaws, ...[...keys].map((key) => `${key} is an orphan`)];

  async function hasKeys(owner: string): Promise<boolean> {
    const names = await Promise.all(signers.map((signer) => signer.keyFileName()));
    return names.every((name) => world.objects.has(`${owner}/${name}`));
  }
}

function indexOf({ pk, sk }: { pk: string; sk: string }): IndexName {
  const [owner = '', branch = '', repository = ''] = pk.slice('REPO#'.length).split('/');
  return { owner, branch, repository, arch: sk.slice('ARCH#'.length) };
}

/** Whoever sent a file is told what came of it, and the file is gone. */
function flawsOfUploads({ items, incoming }: World): string[] {
  return [
    ...[...incoming.keys()].map((key) => `the upload ${key} has left its file`),
    ...items.flatMap(({ pk, state }) =>
      pk.startsWith('UPLOAD#') && state === 'validating' ? [`${pk} is being validated for ever`] : [],
    ),
  ];
}

/** Who wonders why a token is refused finds it for a month, and no longer. */
const MAX_ENDED_MS = 30 * 24 * 60 * 60 * 1000;

function flawsOfTokens(world: World, clock: Clock): string[] {
  const isToGo = ({ expiresAt }: StoredToken) =>
    expiresAt !== undefined && expiresAt * 1000 <= clock() - MAX_ENDED_MS;
  return tokensIn(world)
    .filter(isToGo)
    .map(({ id }) => `the token ${id} is kept for ever`);
}

/** What reads are decided by says what the table says. */
function flawsOfReaders(world: World): string[] {
  const { items, readers } = world;
  const wanted = new Map([[visibilityKey(), ENVIRONMENT.DEFAULT_VISIBILITY as string]]);
  for (const token of tokensIn(world)) {
    const entry = readerEntry(token);
    if (entry !== undefined) wanted.set(tokenKey(token.id), entry);
  }
  for (const { pk, sk, visibility } of items) {
    const owner = pk.slice('OWNER#'.length);
    if (!pk.startsWith('OWNER#') || typeof visibility !== 'string') continue;
    wanted.set(visibilityKey(sk === 'OWNER' ? owner : `${owner}/${sk.slice('REPO#'.length)}`), visibility);
  }
  const keys = new Set([...wanted.keys(), ...readers.keys()]);
  return [...keys].flatMap((key) =>
    readers.get(key) === wanted.get(key)
      ? []
      : [`the readers know ${key} as ${readers.get(key)}, the table as ${wanted.get(key)}`],
  );
}
