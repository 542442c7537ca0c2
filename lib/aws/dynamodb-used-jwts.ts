import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { UsedJwts } from '#registry/trust.ts';
import { conditionHeld } from './condition-held.ts';

/**
 * The tokens that were used, in the table of the records: `JWT#{id}`. DynamoDB removes those whose `forgetAfter` is
 * some time ago; it may take days, so the condition looks, too.
 */
export class DynamoDBUsedJwts implements UsedJwts {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  claim(id: string, until: number, now: number): Promise<boolean> {
    const command = new PutCommand({
      TableName: this.#table,
      Item: { pk: `JWT#${id}`, sk: 'JWT', forgetAfter: until },
      ConditionExpression: 'attribute_not_exists(pk) OR forgetAfter < :now',
      ExpressionAttributeValues: { ':now': now },
    });
    return conditionHeld(this.#client.send(command));
  }
}
