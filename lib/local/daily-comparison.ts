import { createReconcileHandler } from '#lambdas/reconcile/reconcile-handler.ts';
import type { ReconcilePorts } from '#registry/reconcile.ts';
import { repeat } from './repeat.ts';

/**
 * Runs the comparison again and again, as EventBridge runs lambdas/reconcile, until it is closed.
 * @param interval milliseconds; a day by default
 */
export const compareDaily = (ports: ReconcilePorts, interval?: number): { close(): Promise<void> } =>
  repeat(createReconcileHandler(ports), { interval, onError: (error) => ports.observer.failed(error) });
