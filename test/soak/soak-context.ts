import type { RunningRegistry } from '#test/support/running-registry.ts';
import type { Disturbances } from './disturbances.ts';
import type { Findings } from './findings.ts';
import type { Ledger } from './ledger.ts';

/** What all that happens in a soak has in common. */
export interface SoakContext {
  registry: RunningRegistry;
  ledger: Ledger;
  findings: Findings;
  disturbances: Disturbances;
  /** Reads the private repository. */
  readerToken: string;
  /** Aborted when the load has to end. */
  over: AbortSignal;
}
