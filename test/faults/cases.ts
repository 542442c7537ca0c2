import type { Fault } from '#test/support/faulty-clients.ts';
import type { Case, Trial } from './run-case.ts';

/** A call that only reads has no effect: to fail after it, or twice, is to fail before the next one. */
const WRITES = / (Put|Update|Delete|Copy|Create|Complete|Abort|BatchWrite)/;

/** Everything that can go wrong at each call of an operation. */
export function casesOf({ calls, operation }: Trial): Case[] {
  const { rivals = [] } = operation;
  return calls.flatMap((call, i) => {
    const at = i + 1;
    const kinds: Fault['kind'][] = WRITES.test(call)
      ? [
          'kill before',
          'kill after',
          'error before',
          'error after',
          'attempt fails',
          'answer lost',
          'duplicate',
        ]
      : ['kill before', 'error before'];
    const delays: Fault['kind'][] = at === calls.length ? ['delay before', 'delay after'] : ['delay before'];
    return [
      ...kinds.map((kind) => ({ fault: { kind, at } })),
      ...delays.flatMap((kind) => rivals.map((rival) => ({ fault: { kind, at }, rival }))),
    ];
  });
}

/** A death after each call that has an effect, and a lost answer of every third: what a test has time for. */
export const someCasesOf = ({ calls }: Trial): Case[] =>
  calls
    .flatMap((call, i) => (WRITES.test(call) ? [i + 1] : []))
    .flatMap((at, i): Case[] => [
      { fault: { kind: 'kill after', at } },
      ...(i % 3 === 0 ? [{ fault: { kind: 'answer lost', at } } as const] : []),
    ]);
