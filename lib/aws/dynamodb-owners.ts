import { type DynamoDBDocumentClient, GetCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Owners } from '#registry/owners.ts';
import type { Visibility } from '#registry/readers.ts';
import type { Place } from '#registry/rights.ts';
import { conditionHeld } from './condition-held.ts';
import { itemsOfPages } from './item-pages.ts';
import { type ItemKey, OWNER_PREFIX, ownerKey, repositoryKey, toRepository } from './record-item.ts';

const NAMES = { '#visibility': 'visibility' };

/** Visibilities, on the items of the owners and of their repositories, in the table of the records. */
export class DynamoDBOwners implements Owners {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async visibility(place: Place): Promise<Visibility | undefined> {
    const { Item } = await this.#client.send(
      new GetCommand({ TableName: this.#table, Key: keyOf(place), ConsistentRead: true }),
    );
    return Item?.visibility;
  }

  /** An update that takes something away would make an item where there is none. */
  async setVisibility(place: Place, visibility: Visibility | undefined): Promise<void> {
    if (visibility !== undefined) return this.#set(place, visibility);
    const command = new UpdateCommand({
      TableName: this.#table,
      Key: keyOf(place),
      UpdateExpression: 'REMOVE #visibility',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: NAMES,
    });
    await conditionHeld(this.#client.send(command));
  }

  async addVisibility(owner: Place, visibility: Visibility): Promise<boolean> {
    return conditionHeld(this.#set(owner, visibility, 'attribute_not_exists(#visibility)'));
  }

  async #set(place: Place, visibility: Visibility, condition?: string): Promise<void> {
    const command = new UpdateCommand({
      TableName: this.#table,
      Key: keyOf(place),
      UpdateExpression: 'SET #visibility = :visibility',
      ConditionExpression: condition,
      ExpressionAttributeNames: NAMES,
      ExpressionAttributeValues: { ':visibility': visibility },
    });
    await this.#client.send(command);
  }

  async *visibilities(): AsyncGenerator<{ place: Place; visibility: Visibility }> {
    const items = itemsOfPages((start) =>
      this.#client.send(
        new ScanCommand({
          TableName: this.#table,
          ProjectionExpression: 'pk, sk, #visibility',
          FilterExpression: 'begins_with(pk, :owner) AND attribute_exists(#visibility)',
          ExpressionAttributeNames: NAMES,
          ExpressionAttributeValues: { ':owner': OWNER_PREFIX },
          ConsistentRead: true,
          ExclusiveStartKey: start,
        }),
      ),
    );
    for await (const { visibility, ...key } of items) {
      yield { place: placeOf(key as unknown as ItemKey), visibility: visibility as Visibility };
    }
  }
}

/** @param place an owner or a repository */
function keyOf(place: Place): ItemKey {
  const [owner = '', branch, repository] = place.split('/');
  return branch === undefined || repository === undefined
    ? ownerKey(owner)
    : repositoryKey({ owner, branch, repository });
}

function placeOf(key: ItemKey): Place {
  const { owner, branch, repository } = toRepository(key);
  return key.sk === ownerKey(owner).sk ? owner : `${owner}/${branch}/${repository}`;
}
