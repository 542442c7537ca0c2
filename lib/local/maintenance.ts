import { createMaintenanceHandler } from '#lambdas/reconcile/maintenance-handler.ts';
import { MAX_WAIT_MS, type Maintenance, type MaintenanceEvent, maintainBy } from '#registry/maintenance.ts';
import type { ReconcilePorts } from '#registry/reconcile.ts';

/**
 * Runs lambdas/reconcile in this process. What goes on when nobody waits any longer comes to its end before `close` does.
 * @param waitMs how long an answer is waited for, in milliseconds
 */
export function maintainInProcess(
  ports: ReconcilePorts,
  waitMs = MAX_WAIT_MS,
): { maintenance: Maintenance; close(): Promise<void> } {
  const handle = createMaintenanceHandler(ports);
  const runs = new Set<Promise<unknown>>();

  async function run<Answer>(event: MaintenanceEvent): Promise<Answer | 'running'> {
    const answer = handle(event) as Promise<unknown> as Promise<Answer>;
    runs.add(answer);
    const late = timer(waitMs);
    let isLate = false;
    const ended = answer
      .catch((error) => {
        if (!isLate) throw error;
        ports.observer.failed(error);
        return 'running' as const;
      })
      .finally(() => runs.delete(answer));
    const outcome = await Promise.race([ended, late.over]).finally(late.stop);
    isLate = outcome === 'running';
    return outcome;
  }

  return {
    maintenance: maintainBy(run),
    close: async () => void (await Promise.allSettled(runs)),
  };
}

function timer(milliseconds: number): { over: Promise<'running'>; stop(): void } {
  let timeout: NodeJS.Timeout;
  const over = new Promise<'running'>((resolve) => {
    timeout = setTimeout(resolve, milliseconds, 'running');
  });
  return { over, stop: () => clearTimeout(timeout) };
}
