import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { inOneChunk } from '#apk/byte-source.ts';
import { readPackage } from '#apk/package.ts';
import { indexAdapters } from '#aws/index-adapters.ts';
import { readerAdapters } from '#aws/reader-adapters.ts';
import { startStandIns } from '#local/stand-ins.ts';
import { packageFile } from '#registry/object-keys.ts';
import { publishPackage } from '#registry/publish-package.ts';
import { updateIndexes } from '#registry/update-indexes.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { countCalls } from '#test/support/count-calls.ts';
import { ENVIRONMENT, silentObserver } from '#test/support/registry-ports.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';
import { median } from './median.ts';

const PACKAGES = 5_000;
const RUNS = 7;
const REPOSITORY = { owner: 'bench', branch: 'edge', repository: 'main' };

/**
 * The index of a repository of 5,000 packages after one more publish: what the update takes inside one
 * process, with S3, DynamoDB and KMS on loopback, beside `apk index -x` over the same packages in a folder.
 */
export async function benchIndexUpdate(apk: string | undefined): Promise<string[]> {
  const { folder, remove } = await temporaryFolder();
  try {
    const packages = await makePackages(join(folder, 'packages'));
    const update = await timeUpdates(join(folder, 'registry'), packages);
    const reference = apk === undefined ? undefined : timeApkIndex(apk, join(folder, 'packages'), packages);
    return report(update, reference);
  } finally {
    await remove();
  }
}

const packageAt = (i: number) =>
  buildPackage({
    name: `package-${String(i).padStart(4, '0')}`,
    fields: {
      depend: ['so:libc.musl-x86_64.so.1', `so:libfoo${i % 50}.so.1`],
      provides: `cmd:tool${i}=1.0-r0`,
    },
  });

async function makePackages(folder: string): Promise<Buffer[]> {
  await mkdir(folder, { recursive: true });
  const packages = await Promise.all(Array.from({ length: PACKAGES + RUNS }, (_, i) => packageAt(i)));
  for (const [i, body] of packages.entries()) {
    await writeFile(join(folder, `package-${String(i).padStart(4, '0')}-1.0-r0.apk`), body);
  }
  return packages;
}

interface UpdateTimes {
  milliseconds: number[];
  calls: Record<string, number>;
}

async function timeUpdates(folder: string, packages: readonly Buffer[]): Promise<UpdateTimes> {
  const standIns = await startStandIns({
    folder,
    environment: ENVIRONMENT,
    delivery: { batchWindow: 0 },
    createHandler: () => async () => ({ batchItemFailures: [] }),
    onError: (error) => {
      throw error;
    },
  });
  try {
    const calls = countCalls(standIns.clients);
    const ports = {
      ...indexAdapters(ENVIRONMENT, standIns.clients),
      ...readerAdapters(ENVIRONMENT, standIns.clients),
      clock: Date.now,
      observer: silentObserver,
    };
    for (const body of packages.slice(0, PACKAGES)) await recordLive(body, ports);
    const publish = async (body: Buffer) =>
      (await publishPackage({ repository: REPOSITORY, file: body, publishedBy: 'bench' }, ports)).record;
    const times: UpdateTimes = { milliseconds: [], calls: {} };
    for (const [run, body] of packages.slice(PACKAGES).entries()) {
      const record = await publish(body);
      calls.reset();
      const start = performance.now();
      await updateIndexes([{ id: 'one', file: record }], ports);
      // The first update makes the index out of every record.
      if (run > 0) times.milliseconds.push(performance.now() - start);
      times.calls = calls.made();
    }
    return times;
  } finally {
    await standIns.close();
  }
}

/** As if published: an index is made of records, not of objects. */
async function recordLive(
  body: Buffer,
  { records }: Pick<ReturnType<typeof indexAdapters>, 'records'>,
): Promise<void> {
  const { info, checksum, size, sha256 } = await readPackage(inOneChunk(body));
  const { arch, name, version } = info;
  const claim = packageFile(info);
  const published = { publishedBy: 'bench', publishedAt: 0, leaseUntil: 0, state: 'live' } as const;
  await records.claim(
    { ...REPOSITORY, arch, name, version, claim, sha256, size, checksum, info, ...published },
    0,
  );
}

/** What a script over a bucket does, once it has copied the bucket to a disk. */
function timeApkIndex(apk: string, folder: string, packages: readonly Buffer[]): number[] {
  const files = packages.map((_, i) => `package-${String(i).padStart(4, '0')}-1.0-r0.apk`);
  const index = (listed: string[], reuse: string[]) => {
    const start = performance.now();
    const flags = ['--allow-untrusted', '--no-warnings', '--rewrite-arch', 'x86_64', '-o', 'APKINDEX.tar.gz'];
    const { status, stderr } = spawnSync(apk, ['index', ...flags, ...reuse, ...listed], { cwd: folder });
    if (status !== 0) throw new Error(`apk index: ${stderr}`);
    return performance.now() - start;
  };
  index(files.slice(0, PACKAGES), []);
  return Array.from({ length: RUNS - 1 }, (_, run) =>
    index(files.slice(0, PACKAGES + run + 1), ['-x', 'APKINDEX.tar.gz']),
  );
}

function report({ milliseconds, calls }: UpdateTimes, reference: number[] | undefined): string[] {
  const ours = median(milliseconds);
  const counted = Object.entries(calls).map(([call, count]) => `${count} ${call}`);
  const lines = [
    `one publish into ${PACKAGES} packages: index updated in ${ours.toFixed(0)} ms; ${counted.join(', ')}`,
  ];
  if (reference === undefined) return [...lines, 'apk index -x: not measured; set APK to the path of an apk'];
  const theirs = median(reference);
  return [
    ...lines,
    `apk index -x over the same files: ${theirs.toFixed(0)} ms, unsigned; ratio ${(ours / theirs).toFixed(2)}`,
  ];
}
