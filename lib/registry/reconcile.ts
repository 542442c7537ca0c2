import type { AuditTrail } from './audit.ts';
import { INDEX_FILE, indexKey, packageKey, parsePackageKey, publicKeyKey } from './object-keys.ts';
import type { IndexName, Records, RepositoryName } from './ports.ts';
import { publishKeys } from './publish-keys.ts';
import { type LeavingFile, reconcileFiles } from './reconcile-files.ts';
import { type ReconcileReadersPorts, reconcileReaders } from './reconcile-readers.ts';
import type { ReconcileReport } from './reconcile-report.ts';
import { removeExpiredTokens } from './remove-expired-tokens.ts';
import type { TokenPorts } from './tokens.ts';
import { type IndexPorts, rebuildIndex } from './update-index.ts';

export interface ReconcilePorts extends IndexPorts, TokenPorts, Omit<ReconcileReadersPorts, 'tokens'> {
  audit: AuditTrail;
}

/**
 * Compares all records, objects and indexes with each other, finishes what died, and reports what it cannot
 * explain, which it never removes. It is safe beside live traffic, and a second run has nothing left to do.
 * A repository that fails does not hold up the others.
 */
export async function reconcile(ports: ReconcilePorts): Promise<ReconcileReport> {
  const report: ReconcileReport = { indexes: 0, packages: 0, healed: [], unexplained: [], failed: [] };
  const ownersWithKeys = new Set<string>();
  for await (const repository of ports.records.repositories()) {
    try {
      const { live, leaving } = await reconcileObjects(repository, ports, report);
      if (live > 0 && !ownersWithKeys.has(repository.owner)) {
        await restoreKeys(repository.owner, ports, report);
        ownersWithKeys.add(repository.owner);
      }
      if (await reconcileIndexes(repository, ports, report)) await finish(leaving, ports, report);
    } catch (error) {
      const { owner, branch, repository: name } = repository;
      report.failed.push({ key: `${owner}/${branch}/${name}`, error });
    }
  }
  await reportStrangers(ports, report);
  await removeTokens(ports, report);
  await healReaders(ports, report);
  return report;
}

async function removeTokens(ports: TokenPorts, report: ReconcileReport): Promise<void> {
  try {
    const ids = await removeExpiredTokens(ports);
    report.healed.push(...ids.map((id) => ({ kind: 'token-removed' as const, key: `alp_${id}` })));
  } catch (error) {
    report.failed.push({ key: 'tokens', error });
  }
}

async function healReaders(ports: ReconcilePorts, report: ReconcileReport): Promise<void> {
  try {
    report.healed.push(...(await reconcileReaders(ports)));
  } catch (error) {
    report.failed.push({ key: 'readers', error });
  }
}

async function reconcileObjects(
  repository: RepositoryName,
  ports: ReconcilePorts,
  report: ReconcileReport,
): Promise<{ live: number; leaving: LeavingFile[] }> {
  const leaving: LeavingFile[] = [];
  let live = 0;
  for (const arch of await ports.records.architectures(repository)) {
    const files = await reconcileFiles({ ...repository, arch }, ports);
    live += files.live;
    leaving.push(...files.leaving);
    report.healed.push(...files.healed);
    report.unexplained.push(...files.unexplained);
  }
  report.packages += live;
  return { live, leaving };
}

/**
 * The architectures are read after the records were changed, as for an update: one that is claimed later
 * has its index built later, from the records as they are now.
 * @returns whether all of them could be
 */
async function reconcileIndexes(
  repository: RepositoryName,
  ports: ReconcilePorts,
  report: ReconcileReport,
): Promise<boolean> {
  let isWhole = true;
  for (const arch of await ports.records.architectures(repository)) {
    const key = indexKey({ ...repository, arch });
    try {
      const { hasChanged, isEmpty } = await rebuildIndex({ ...repository, arch }, ports);
      if (!isEmpty) report.indexes += 1;
      if (hasChanged) report.healed.push({ kind: isEmpty ? 'index-removed' : 'index-written', key });
    } catch (error) {
      isWhole = false;
      report.failed.push({ key, error });
    }
  }
  return isWhole;
}

/** A record outlives its file in every index and every copy: until then it keeps the delete from being forgotten. */
async function finish(
  leaving: readonly LeavingFile[],
  { records, cdn }: ReconcilePorts,
  report: ReconcileReport,
) {
  if (leaving.length > 0) await cdn.forget(leaving.map(({ file }) => packageKey(file)));
  for (const { file, claim, isLoss } of leaving) {
    const isOurs = await records.remove(file, claim, 'deleting');
    if (isOurs && !isLoss) report.healed.push({ kind: 'delete-finished', key: packageKey(file) });
  }
}

/** A key that signs since the owner's indexes were made is not beside them yet. */
async function restoreKeys(
  owner: string,
  { signers, packages, audit, clock }: ReconcilePorts,
  report: ReconcileReport,
) {
  for (const signer of signers) {
    const key = publicKeyKey(owner, await signer.keyFileName());
    if ((await packages.head(key)) !== undefined) continue;
    await publishKeys(owner, [signer], packages);
    await audit.add({ at: clock(), who: 'reconcile', action: 'publish-key', owner, on: key });
    report.healed.push({ kind: 'key-published', key });
  }
}

/**
 * Finds the objects outside of every index that the table knows, the indexes of an emptied table among
 * them: what the table has never heard of is reported, not removed.
 */
async function reportStrangers({ packages, records }: ReconcilePorts, report: ReconcileReport) {
  let known = '';
  for await (const { key } of packages.list('')) {
    if (isKeyFile(key)) continue;
    const index = indexOf(key);
    if (index !== undefined && indexKey(index) === known) continue;
    if (index !== undefined && (await isKnown(index, records))) known = indexKey(index);
    else report.unexplained.push({ kind: 'orphan', key });
  }
}

/** An index is in the table before its first object is in the bucket, and stays there. */
const isKnown = async (index: IndexName, records: Records): Promise<boolean> =>
  (await records.architectures(index)).includes(index.arch);

const isKeyFile = (key: string): boolean => /^[^/]+\/[^/]+\.rsa\.pub$/.test(key);

/** The index that an object belongs to; `undefined` for what has no place in the tree. */
function indexOf(key: string): IndexName | undefined {
  const [owner, branch, repository, arch, file, ...rest] = key.split('/');
  if (!owner || !branch || !repository || !arch || rest.length > 0) return undefined;
  if (file !== INDEX_FILE && parsePackageKey(key) === undefined) return undefined;
  return { owner, branch, repository, arch };
}
