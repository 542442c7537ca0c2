import type { IndexName, PackageFileName, PackageRecord, RepositoryName } from '#registry/ports.ts';

/** The keys of the table's items; see DESIGN "What is stored". */
export interface ItemKey {
  pk: string;
  sk: string;
}

export const indexPartition = ({ owner, branch, repository, arch }: IndexName) =>
  `INDEX#${owner}/${branch}/${repository}/${arch}`;

export const repositoryPartition = ({ owner, branch, repository }: RepositoryName) =>
  `REPO#${owner}/${branch}/${repository}`;

export const PACKAGE_PREFIX = 'PKG#';
export const ARCHITECTURE_PREFIX = 'ARCH#';
export const OWNER_PREFIX = 'OWNER#';
export const REPOSITORY_PREFIX = 'REPO#';

export const recordKey = (file: PackageFileName): ItemKey => ({
  pk: indexPartition(file),
  sk: `${PACKAGE_PREFIX}${file.name}#${file.version}`,
});

export const architectureKey = (index: IndexName): ItemKey => ({
  pk: repositoryPartition(index),
  sk: `${ARCHITECTURE_PREFIX}${index.arch}`,
});

export const repositoryKey = ({ owner, branch, repository }: RepositoryName): ItemKey => ({
  pk: `${OWNER_PREFIX}${owner}`,
  sk: `${REPOSITORY_PREFIX}${branch}/${repository}`,
});

export const ownerKey = (owner: string): ItemKey => ({ pk: `${OWNER_PREFIX}${owner}`, sk: 'OWNER' });

/** The repository that `repositoryKey` made the key of. */
export function toRepository({ pk, sk }: ItemKey): RepositoryName {
  const [branch = '', repository = ''] = sk.slice(REPOSITORY_PREFIX.length).split('/');
  return { owner: pk.slice(OWNER_PREFIX.length), branch, repository };
}

export const toItem = (record: PackageRecord): ItemKey & PackageRecord => ({
  ...recordKey(record),
  ...record,
});

export function toRecord({ pk: _pk, sk: _sk, ...record }: Record<string, unknown>): PackageRecord {
  return record as unknown as PackageRecord;
}
