/** Sleep of whoever is publishing or deleting, before a call that changes something. */
export interface Naps {
  /** At how many of these calls, of 1. */
  rate: number;
  /** At most. */
  minutes: number;
}

/** What goes wrong in a history; rates are of 1. */
export interface Trouble {
  name: string;
  /** Events that never arrive. */
  lost?: number;
  /** Events that arrive once more. */
  doubled?: number;
  /** Each event comes up to so many hours after its change. */
  hoursLate?: number;
  /** Each clock is wrong by up to so many minutes, in either direction. */
  minutesOff?: number;
  /** Calls that fail for good, after the SDK's own tries: throttled, or the service's own error. */
  refused?: number;
  /** Keys that a batch of reads leaves for another request. */
  leftOut?: number;
  /** Calls at which an index worker dies. */
  workersDie?: number;
  /** Calls at which a request of the API dies. */
  requestsDie?: number;
  /** Time passes meanwhile, and others go on. */
  naps?: Naps;
  /** Everybody is at the same file. */
  isCrowded?: boolean;
  /** For how many minutes KMS does nothing but fail. */
  kmsMinutesDown?: number;
  /** Comparisons run beside the traffic. */
  isCompared?: boolean;
  /** More than is promised: two clocks differ by more than a lease, or a request lives for longer than one. */
  isBeyond?: boolean;
}

/** Around the end of a lease, and well beyond it. */
const LONG_NAPS: Naps = { rate: 0.3, minutes: 40 };

/** As long as a request of the API lives. */
const SHORT_NAPS: Naps = { rate: 0.3, minutes: 0.25 };

const MET_LATE = { naps: LONG_NAPS, isCrowded: true, isCompared: true, isBeyond: true };

const MET_AT_A_LEASE = { naps: SHORT_NAPS, requestsDie: 0.1, isCrowded: true, isCompared: true };

export const TROUBLES: readonly Trouble[] = [
  { name: 'reordered' },
  { name: 'doubled', doubled: 0.5 },
  { name: 'hours late', hoursLate: 5, doubled: 0.2 },
  { name: 'lost', lost: 0.3 },
  { name: 'beside a comparison', isCompared: true },
  { name: 'requests die', requestsDie: 0.1, isCompared: true },
  { name: 'leases end', requestsDie: 0.05, ...MET_LATE },
  { name: 'leases end, clocks 7 min off', minutesOff: 7, ...MET_LATE },
  { name: 'clocks 7 min off', minutesOff: 7, ...MET_AT_A_LEASE },
  { name: 'clocks 10 min off', minutesOff: 10, ...MET_AT_A_LEASE, isBeyond: true },
  { name: 'partial answers', leftOut: 0.3 },
  { name: '10 % throttled', refused: 0.1, leftOut: 0.1 },
  { name: '50 % throttled', refused: 0.5, leftOut: 0.1 },
  { name: 'workers die', workersDie: 0.05, doubled: 0.2 },
  { name: 'KMS down 50 min', kmsMinutesDown: 50 },
  { name: 'KMS down 3 h', kmsMinutesDown: 180 },
  {
    name: 'all at once',
    lost: 0.1,
    doubled: 0.2,
    hoursLate: 2,
    minutesOff: 5,
    refused: 0.1,
    leftOut: 0.1,
    workersDie: 0.02,
    requestsDie: 0.02,
    isCompared: true,
  },
];
