import type { Operation } from '../operation.ts';
import { ACCESS_OPERATIONS } from './access.ts';
import { INDEX_OPERATIONS } from './indexes.ts';
import { MAINTENANCE_OPERATIONS } from './maintenance.ts';
import { PACKAGE_OPERATIONS } from './packages.ts';
import { UPLOAD_OPERATIONS } from './uploads.ts';

/** Everything that changes a registry. */
export const OPERATIONS: readonly Operation[] = [
  ...PACKAGE_OPERATIONS,
  ...UPLOAD_OPERATIONS,
  ...INDEX_OPERATIONS,
  ...MAINTENANCE_OPERATIONS,
  ...ACCESS_OPERATIONS,
];
