import { LambdaClient } from '@aws-sdk/client-lambda';
import { maintainBy } from '#registry/maintenance.ts';
import { ReconcileFunction } from './reconcile-function.ts';

/** What reconciles for those that may not sign. */
export function maintenanceAdapters(
  { RECONCILE_FUNCTION }: { RECONCILE_FUNCTION: string },
  client: LambdaClient = new LambdaClient({}),
) {
  const lambda = new ReconcileFunction(client, RECONCILE_FUNCTION);
  return { maintenance: maintainBy((event) => lambda.run(event)) };
}
