import type { FaultCode } from '#apk/faults.ts';
import type { RegistryErrorCode } from './registry-error.ts';

export interface Refusal {
  key: string;
  code: FaultCode | RegistryErrorCode;
  /** What is wrong, and what to do. */
  message: string;
}

export interface AdoptReport {
  /** Keys of the objects that have a record now, or another one than before. */
  adopted: string[];
  /** How many are published as they are. */
  unchanged: number;
  /** Stay as they are, unlisted. */
  refused: Refusal[];
  /** Could not be read, or recorded. */
  failed: { key: string; error: unknown }[];
  /** Whether there was time for all; the next run passes over what this one has adopted. */
  isComplete: boolean;
}
