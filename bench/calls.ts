import { countOperations, describeCalls } from '#test/support/counted-operations.ts';
import { callsCost, lambdaCost, PRICES_READ_IN } from './prices.ts';
import { tableOf } from './table.ts';

const COLUMNS = [
  'operation',
  'read units',
  'write units',
  '1,000 cost, without Lambda time',
  'handler ms here',
  '1,000 cost of those ms',
];

/**
 * What operations ask of AWS, counted at the SDK's clients under the handlers that are deployed, and what 1,000 of
 * them cost by bench/prices.ts. Lambda's time is told apart: it was taken here, with every store on loopback.
 */
export async function benchCalls(): Promise<string[]> {
  const operations = await countOperations();
  const rows = operations.map((operation) => [
    operation.name,
    String(operation.capacity.read),
    String(operation.capacity.write),
    dollars(callsCost(operation)),
    operation.milliseconds.toFixed(0),
    dollars(lambdaCost(operation.milliseconds)),
  ]);
  return [
    ...operations.map((operation) => `- ${operation.name}: ${describeCalls(operation)}`),
    '',
    `Prices of us-east-1, read in ${PRICES_READ_IN}; Lambda at 1 GB, arm64.`,
    '',
    ...tableOf(COLUMNS, rows),
  ];
}

const dollars = (ofOne: number): string => `$${(ofOne * 1000).toFixed(4)}`;
