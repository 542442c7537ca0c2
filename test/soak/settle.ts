import { readdir } from 'node:fs/promises';
import type { PublicKeys } from '#cli/repository/read-keys.ts';
import { type VerifyListener, verifyRepository } from '#cli/repository/verify-repository.ts';
import { packageFile } from '#registry/object-keys.ts';
import { until } from '#test/support/until.ts';
import { compareWithLedger } from './compare-with-ledger.ts';
import { ARCHITECTURES } from './places.ts';
import { reconcileTwice } from './reconcile-twice.ts';
import type { SoakContext } from './soak-context.ts';
import type { VerifyReader } from './verify-reader.ts';

const PATIENCE_SECONDS = 40;
/** What the registry keeps only until it has dealt with it: events, files that come in, files that are being written. */
const PASSING_FILES = /^(?:events|events-incoming|objects\/incoming)\/|\/\.tmp-/;

/**
 * Once the load has ended: waits until the indexes agree with what clients were answered, has the registry compared
 * with itself, and compares all that it keeps with the ledger.
 */
export async function settle(
  readers: readonly VerifyReader[],
  keys: PublicKeys,
  context: SoakContext,
): Promise<void> {
  const { findings, registry } = context;
  const untilSettled = (what: string, condition: () => Promise<boolean>) =>
    until(what, condition, PATIENCE_SECONDS).catch((error) => findings.fault(String(error), '/'));
  const passing = async () =>
    (await readdir(registry.folder, { recursive: true })).filter((each) => PASSING_FILES.test(each));
  await untilSettled('every index says what clients were answered', () => agree(readers, context));
  await untilSettled('nothing is left to be dealt with', async () => (await passing()).length === 0);
  for (const file of await passing()) findings.fault('left behind', file);
  await reconcileTwice(context);
  await compareWithLedger(context);
  for (const { files } of readers) findings.count('in the end, verified', await verifyWhole(files));

  async function verifyWhole(repository: VerifyReader['files']): Promise<number> {
    const listener: VerifyListener = {
      index() {},
      progress() {},
      warning: () => {},
      fault: (file, fault) => findings.fault(fault.message, `${repository.name}/${file}`),
    };
    const trust = { keys, allowUntrusted: false };
    const options = { trust, architectures: undefined, jobs: 8, signal: AbortSignal.timeout(600_000) };
    return (await verifyRepository(repository, options, listener)).packages;
  }
}

/** Whether each kept file is listed, and none that is gone. */
async function agree(readers: readonly VerifyReader[], { ledger }: SoakContext): Promise<boolean> {
  for (const reader of readers) {
    for (const arch of ARCHITECTURES) {
      const index = await reader.readIndex(arch);
      const listed = new Set(index?.entries.map(({ info }) => `${info.arch}/${packageFile(info)}`));
      const isRight = ledger.ofIndex(reader.repository, arch).every(({ recipe, standing }) => {
        const isListed = listed.has(`${recipe.arch}/${packageFile(recipe)}`);
        return standing.is === 'kept' ? isListed : standing.is === 'gone' ? !isListed : true;
      });
      if (!isRight) return false;
    }
  }
  return true;
}
