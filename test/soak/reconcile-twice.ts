import type { ReconcileAnswer } from '#registry/maintenance.ts';
import { parsePackageKey } from '#registry/object-keys.ts';
import { sendRequest } from './send-request.ts';
import type { SoakContext } from './soak-context.ts';

const PATH = '/api/reconcile';

/**
 * Has the registry compare all that it keeps, twice. What it heals must be what a client walked away from when it was
 * cut off; the second time there must be nothing left.
 */
export async function reconcileTwice(context: SoakContext): Promise<void> {
  const { findings } = context;
  for (const finding of await reconcile('first', context)) {
    findings.count(`healed, ${finding.kind}`);
    if (!isExplained(finding, context))
      findings.fault(`${finding.kind}, and nobody was cut off there`, finding.key);
  }
  for (const { kind, key } of await reconcile('second', context))
    findings.fault(`${kind} by the second comparison`, key);
}

type Finding = ReconcileAnswer['reconciled']['healed'][number];

async function reconcile(which: string, context: SoakContext): Promise<Finding[]> {
  const { findings } = context;
  const answer = await sendRequest(PATH, { kind: `${which} reconcile`, method: 'POST' }, context);
  const { reconciled } = (answer?.body ?? {}) as Partial<ReconcileAnswer>;
  if (reconciled === undefined) {
    findings.fault(`the ${which} comparison was answered ${answer?.status}`, PATH);
    return [];
  }
  for (const { kind, key } of reconciled.unexplained) findings.fault(kind, key);
  for (const { key, error } of reconciled.failed) findings.fault(`could not be compared: ${error}`, key);
  return reconciled.healed;
}

/** Of an index, a file in it; of what is known of readers, a token. */
function isExplained({ kind, key }: Finding, { ledger }: SoakContext): boolean {
  if (kind.startsWith('reader-')) return ledger.lostTokenRequests > 0;
  if (parsePackageKey(key) !== undefined) return ledger.find(key)?.standing.is === 'either';
  const [owner, branch, repository, arch = ''] = key.split('/');
  return ledger
    .ofIndex(`${owner}/${branch}/${repository}`, arch)
    .some(({ standing }) => standing.is === 'either');
}
