import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { RunningRegistry } from '#test/support/running-registry.ts';
import { until } from '#test/support/until.ts';
import type { Random } from './random.ts';
import type { SoakContext } from './soak-context.ts';

const SERVER = 'server';
/** Until somebody needs it, and its new process has started. */
const FUNCTION_PATIENCE_SECONDS = 300;

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
    if (targets.length > 0) await kill(random.pick(targets), signal, context);
  }
}

/** It is dead until it has answered again. */
async function kill(
  target: string,
  signal: AbortSignal,
  { registry, disturbances, findings }: SoakContext,
): Promise<void> {
  const end = disturbances.begin();
  findings.count(`kill, ${target}`);
  try {
    const killedAt = performance.now();
    if (target !== SERVER) return await killFunction(target, signal, registry);
    await registry.stop('SIGKILL');
    await registry.start();
    findings.took('ready again', performance.now() - killedAt);
  } finally {
    end();
  }
}

async function killFunction(name: string, signal: AbortSignal, registry: RunningRegistry): Promise<void> {
  registry.killFunction(name);
  const isBack = async () => {
    // Clients who were cut off wait until it is back, and would wait for each other.
    await registry.fetch('/api/health').catch(() => {});
    return signal.aborted || registry.functions.includes(name);
  };
  await until(`the function ${name} answers again`, isBack, FUNCTION_PATIENCE_SECONDS);
}
