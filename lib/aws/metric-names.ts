/** CloudWatch's folder of all registries of an account. */
export const NAMESPACE = 'Alpenglow';

/** What the lambdas count and measure, and what alarms and dashboard are made of. docs/operations.md says what each is. */
export const METRIC = {
  published: 'Published',
  deleted: 'Deleted',
  /** The only one with the dimension `code`. */
  rejected: 'Rejected',
  indexWrites: 'IndexWrites',
  indexConflicts: 'IndexConflicts',
  indexUpdateTime: 'IndexUpdateTime',
  eventAge: 'EventAge',
  healed: 'Healed',
  unexplained: 'Unexplained',
  reconcileFailed: 'ReconcileFailed',
  reconcileTime: 'ReconcileTime',
} as const;
