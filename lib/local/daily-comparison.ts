import { createReconcileHandler } from '#lambdas/reconcile/reconcile-handler.ts';
import type { ReconcilePorts } from '#registry/reconcile.ts';

/** As EventBridge runs lambdas/reconcile. */
const A_DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Runs the comparison again and again, one at a time, until it is closed.
 * @param interval milliseconds between the end of one and the beginning of the next
 */
export function compareDaily(ports: ReconcilePorts, interval = A_DAY_MS): { close(): Promise<void> } {
  const compare = createReconcileHandler(ports);
  let timer: NodeJS.Timeout;
  let running: Promise<unknown> = Promise.resolve();
  let isClosed = false;
  const wait = () => {
    timer = setTimeout(run, interval).unref();
  };
  const run = () => {
    running = compare()
      .catch((error) => ports.observer.failed(error))
      .then(() => isClosed || wait());
  };
  wait();
  return {
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await running;
    },
  };
}
