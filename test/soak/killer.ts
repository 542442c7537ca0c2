import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from './random.ts';
import type { SoakContext } from './soak-context.ts';

/** How long what a dead function had in hand may take to be refused. */
const FUNCTION_GRACE_MS = 1_000;
const SERVER = 'server';

export interface KillPlan {
  /** Milliseconds between two kills. */
  gap: readonly [least: number, most: number];
  /** Whether the server is killed, too, or its functions alone. */
  withServer: boolean;
  /** Ends it. */
  signal: AbortSignal;
}

/** How many publishes are answered before a kill, at most. */
const MOST_PUBLISHES = 4;

/**
 * Kills one process after the other, each chosen at random, and starts the server again; each at the moment when a
 * client is told that its package is published, and the index does not list it yet.
 */
export async function killAtRandom(
  { gap, withServer, signal }: KillPlan,
  random: Random,
  context: SoakContext,
): Promise<void> {
  const aborted = once(signal, 'abort');
  for (;;) {
    await pause(random.between(...gap), undefined, { signal }).catch(() => {});
    for (let left = random.between(1, MOST_PUBLISHES); left > 0 && !signal.aborted; left--)
      await Promise.race([context.ledger.nextKept(), aborted]);
    if (signal.aborted) return;
    const targets = [...context.registry.functions, ...(withServer ? [SERVER] : [])];
    if (targets.length > 0) await kill(random.pick(targets), context);
  }
}

async function kill(target: string, { registry, disturbances, findings }: SoakContext): Promise<void> {
  const end = disturbances.begin();
  try {
    if (target !== SERVER) {
      registry.killFunction(target);
      await pause(FUNCTION_GRACE_MS);
      return;
    }
    const killedAt = performance.now();
    await registry.stop('SIGKILL');
    await registry.start();
    findings.took('ready again', performance.now() - killedAt);
  } finally {
    findings.count(`kill, ${target}`);
    end();
  }
}
