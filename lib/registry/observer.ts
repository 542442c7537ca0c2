import type { AdoptReport } from './adopt-report.ts';
import type { IndexName, PackageFileName, PackageRecord } from './ports.ts';
import type { ReconcileReport } from './reconcile-report.ts';
import type { ReindexReport } from './reindex.ts';

/** What whoever runs a registry is told of it; nothing that a user gets depends on it. */
export interface Observer {
  published(record: PackageRecord): void;
  deleted(file: PackageFileName): void;
  /** A request was refused; `code` is that of its problem, one of a fixed set. */
  rejected(code: string): void;
  indexWritten(index: IndexName): void;
  /** An index must be written again, since somebody else wrote it first. */
  indexContended(index: IndexName): void;
  /** An update of an index came to its end, in so many milliseconds, whether it had to write or not. */
  indexUpdated(index: IndexName, milliseconds: number): void;
  /** Every index that lists the file agrees with a change that was announced then, epoch milliseconds. */
  changeIndexed(file: PackageFileName, announcedAt: number): void;
  adopted(report: AdoptReport): void;
  reconciled(report: ReconcileReport, milliseconds: number): void;
  reindexed(report: ReindexReport): void;
  /** Something went wrong that no client caused. */
  failed(error: unknown): void;
}
