import type { StandInClients } from '#aws/stand-in-clients.ts';
import { Died } from './interrupted.ts';

export interface DyingClients {
  /** Every call so far, `S3Client CopyObject`. */
  calls: string[];
}

/**
 * Has the process die, as far as the clients are concerned, at one of the calls that they make between them.
 * @param at which, from 1; every later one dies too. Without it, they are only counted
 */
export function dyingAtCall(
  clients: Partial<StandInClients>,
  when: 'before' | 'after',
  at = Number.POSITIVE_INFINITY,
): DyingClients {
  const calls: string[] = [];
  for (const client of Object.values(clients)) {
    const middleware = client.middlewareStack as {
      add(step: unknown, options: { step: 'initialize'; name: string }): void;
    };
    const die =
      (next: (args: unknown) => Promise<unknown>, { clientName, commandName }: Record<string, string>) =>
      async (args: unknown) => {
        calls.push(`${clientName} ${commandName?.replace(/Command$/, '')}`);
        const isLast = calls.length === at;
        if (calls.length > at || (isLast && when === 'before')) throw new Died(`before ${calls.at(-1)}`);
        const answer = await next(args);
        if (isLast) throw new Died(`after ${calls.at(-1)}`);
        return answer;
      };
    middleware.add(die, { step: 'initialize', name: 'dying' });
  }
  return { calls };
}
