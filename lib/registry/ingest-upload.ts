import { ApkFormatError } from '#apk/apk-format-error.ts';
import { type PackageReport, readPackage } from '#apk/package.ts';
import type { AuditTrail } from './audit.ts';
import { packageKey } from './object-keys.ts';
import { PACKAGE_HEADERS, type Published, type PublishPorts, publishChecked } from './publish-package.ts';
import { RegistryError } from './registry-error.ts';
import type { TokenStore } from './tokens.ts';
import type { IncomingBucket, StagedFile, Upload, UploadOutcome, Uploads } from './uploads.ts';

export interface IngestPorts extends PublishPorts {
  incoming: IncomingBucket;
  uploads: Uploads;
  audit: AuditTrail;
  tokens: Pick<TokenStore, 'find'>;
}

/**
 * Publishes a file that has arrived, with all the checks of a direct publish and in constant memory, or notes why
 * not. Whoever dies on the way is followed by another, who finds what was begun: the claim is called as the upload.
 * @param id what the file is called in the incoming bucket
 * @throws what stores throw, so that the event is delivered again
 */
export async function ingestUpload(id: string, ports: IngestPorts): Promise<void> {
  const upload = await ports.uploads.begin(id);
  // Nobody asked for it, or so long ago that nobody is told of it.
  if (upload === undefined) return ports.incoming.remove(id);
  if (upload.outcome !== undefined) return settle(upload, ports);
  const file = await ports.incoming.head(id);
  // Another delivery of the same event has taken care of it.
  if (file === undefined) return;
  const outcome = await publishStaged(upload, file, ports).catch((error) => refusalOf(error));
  if (outcome.state === 'refused') ports.observer.rejected(outcome.refusal.code);
  const finished = await ports.uploads.finish(id, outcome, ports.clock());
  if (finished !== undefined) await settle(finished, ports);
}

async function publishStaged(upload: Upload, file: StagedFile, ports: IngestPorts): Promise<UploadOutcome> {
  checkAnnounced(upload, 'size', file.size);
  const report = await readStaged(upload, file, ports);
  checkAnnounced(upload, 'sha256', report.sha256);
  await requireUnrevoked(upload, report.info, ports);
  const { record, warnings } = await publishReport(upload, report, file, ports);
  const {
    info: _info,
    state: _state,
    claim: _claim,
    leaseUntil: _until,
    deletingSince: _since,
    ...kept
  } = record;
  return { state: 'published', file: kept, warnings };
}

async function readStaged(
  { id }: Upload,
  file: StagedFile,
  { incoming }: IngestPorts,
): Promise<PackageReport> {
  const chunks = await incoming.read(id, file);
  if (chunks === undefined) throw changed();
  return readPackage(whole(chunks, file.size));
}

/** A transfer that ends early is no truncated package: it is begun again, with the next delivery of the event. */
async function* whole(chunks: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let received = 0;
  for await (const chunk of chunks) {
    received += chunk.length;
    yield chunk;
  }
  if (received !== size) throw new Error(`Of ${size} bytes of the file, ${received} came.`);
}

/** A claim that came to nothing would keep others off until its lease ends. */
async function publishReport(
  { id, owner, branch, repository, publishedBy }: Upload,
  report: PackageReport,
  file: StagedFile,
  ports: IngestPorts,
): Promise<Published> {
  const place = { owner, branch, repository };
  let isAgain = false;
  async function store(key: string, sha256: string, only: Parameters<typeof ports.packages.copy>[3]) {
    if (isAgain) await requireUnfinished(id, ports.uploads);
    isAgain = true;
    if (await ports.packages.copy(key, file, { sha256, ...PACKAGE_HEADERS }, only)) return true;
    const there = await ports.incoming.head(id);
    if (there?.etag !== file.etag) throw changed();
    return false;
  }
  try {
    return await publishChecked({ repository: place, publishedBy, report, claim: id, store }, ports);
  } catch (error) {
    const { arch, name, version } = report.info;
    if (error instanceof RegistryError)
      await ports.records.remove({ ...place, arch, name, version }, id, 'pending');
    throw error;
  }
}

/** Another delivery of its event may have published it since this one began, and somebody may have deleted that. */
async function requireUnfinished(id: string, uploads: Uploads): Promise<void> {
  if ((await uploads.find(id))?.outcome !== undefined) throw changed();
}

/** What an upload that is over leaves behind: a line of the audit trail, and not its file. */
async function settle(upload: Upload, { audit, incoming }: IngestPorts): Promise<void> {
  const { id, owner, branch, repository, outcome, finishedAt = 0, publishedBy, from } = upload;
  const about = { at: finishedAt, who: publishedBy, from, action: 'publish', owner } as const;
  if (outcome?.state === 'published') await audit.add({ ...about, on: packageKey(outcome.file) }, id);
  if (outcome?.state === 'refused' && outcome.refusal.code === 'untrusted-publisher') {
    const on = `${owner}/${branch}/${repository}`;
    await audit.add({ ...about, on, refused: outcome.refusal.code }, id);
  }
  await incoming.remove(id);
}

function checkAnnounced<Name extends 'size' | 'sha256'>(
  upload: Upload,
  name: Name,
  actual: NonNullable<Upload[Name]>,
): void {
  const announced = upload[name];
  if (announced === undefined || announced === actual) return;
  throw new RegistryError(
    `wrong-${name}`,
    `The file that arrived has the ${name} ${actual}, and ${announced} was announced. Ask for another upload and send the whole file.`,
  );
}

/**
 * Whoever revokes a token that was stolen ends what was begun with it, but for a publish that somebody died at. One that
 * has merely ended is in the table for a month: who sends a large file may take longer than a job's token lasts.
 */
async function requireUnrevoked(
  { id, owner, branch, repository, publishedBy, tokenId }: Upload,
  { arch, name, version }: PackageReport['info'],
  { tokens, records }: Pick<IngestPorts, 'tokens' | 'records'>,
): Promise<void> {
  if (tokenId === undefined || (await tokens.find(tokenId)) !== undefined) return;
  const [holder] = await records.read([{ owner, branch, repository, arch, name, version }]);
  if (holder?.claim === id) return;
  throw new RegistryError(
    'unauthorized',
    `The token ${publishedBy}, which this upload was asked for with, was revoked before the file was published. Ask for another upload with one that is known.`,
  );
}

const changed = () =>
  new RegistryError(
    'upload-changed',
    'The file was replaced or removed while it was validated. Ask for another upload, and send the file once.',
  );

/** @throws what is nobody's fault who sent the file */
function refusalOf(error: unknown): UploadOutcome {
  if (error instanceof ApkFormatError) {
    return { state: 'refused', refusal: { code: error.code, message: `${error.message} ${error.mend}` } };
  }
  if (error instanceof RegistryError) {
    const { code, message, identical } = error;
    return { state: 'refused', refusal: { code, message, ...(identical && { identical }) } };
  }
  throw error;
}
