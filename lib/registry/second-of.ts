import type { Clock } from './ports.ts';

/** The epoch second that a clock shows, which is what records, tokens and policies keep. */
export const secondOf = (clock: Clock): number => Math.floor(clock() / 1000);
