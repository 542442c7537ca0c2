import { setTimeout as pause } from 'node:timers/promises';

/** Waits until `condition` holds, and fails after `seconds`. */
export async function until(what: string, condition: () => Promise<boolean>, seconds = 30): Promise<void> {
  const giveUpAt = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > giveUpAt) throw new Error(`not within ${seconds} s: ${what}`);
    await pause(25);
  }
}
