import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** Units of an on-demand table: what is paid for. */
export interface Capacity {
  read: number;
  write: number;
}

const READS = /^(?:BatchGetItem|GetItem|Query|Scan)Command$/;

interface Consumed {
  ConsumedCapacity?: { CapacityUnits?: number } | { CapacityUnits?: number }[];
}

/**
 * Adds up the capacity that the table says calls have used. Of a write whose condition fails it says nothing, and one unit at
 * least is paid for. Source: DynamoDB Developer Guide, "Capacity unit consumption for write operations".
 */
export function countCapacity(client: DynamoDBClient): { reset(): void; used(): Capacity } {
  let capacity: Capacity = { read: 0, write: 0 };
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' });
        const kind = READS.test(commandName) ? 'read' : 'write';
        try {
          const result = await next(args);
          capacity[kind] += unitsOf(result.output as Consumed);
          return result;
        } catch (error) {
          if ((error as Error).name === 'ConditionalCheckFailedException') capacity[kind] += 1;
          throw error;
        }
      },
    { step: 'initialize', name: 'countCapacity' },
  );
  return {
    reset: () => {
      capacity = { read: 0, write: 0 };
    },
    used: () => capacity,
  };
}

const unitsOf = ({ ConsumedCapacity = [] }: Consumed): number =>
  [ConsumedCapacity].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
