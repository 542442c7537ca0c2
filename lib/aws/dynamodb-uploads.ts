import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { Upload, UploadOutcome, Uploads } from '#registry/uploads.ts';
import { conditionHeld } from './condition-held.ts';
import type { Item } from './item-pages.ts';
import type { ItemKey } from './record-item.ts';

/** For how long somebody may ask what an upload has come to. */
const KEPT_SECONDS = 7 * 24 * 60 * 60;

/** The uploads, in the table of the records: `UPLOAD#{id}`. DynamoDB removes them some time after `forgetAfter`. */
export class DynamoDBUploads implements Uploads {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async add(upload: Upload): Promise<void> {
    const Item = { ...keyOf(upload.id), ...upload, forgetAfter: upload.expiresAt + KEPT_SECONDS };
    await this.#client.send(new PutCommand({ TableName: this.#table, Item }));
  }

  async find(id: string): Promise<Upload | undefined> {
    const { Item } = await this.#client.send(
      new GetCommand({ TableName: this.#table, Key: keyOf(id), ConsistentRead: true }),
    );
    return Item && toUpload(Item);
  }

  begin(id: string): Promise<Upload | undefined> {
    return this.#update(id, {
      UpdateExpression: 'SET #state = :state',
      ExpressionAttributeValues: { ':state': 'validating' },
    });
  }

  finish(id: string, outcome: UploadOutcome, at: number): Promise<Upload | undefined> {
    return this.#update(id, {
      UpdateExpression: 'SET #state = :state, outcome = :outcome, finishedAt = :at',
      ExpressionAttributeValues: { ':state': outcome.state, ':outcome': outcome, ':at': at },
    });
  }

  /** What is over stays as it is. */
  async #update(
    id: string,
    update: Pick<UpdateCommandInput, 'UpdateExpression' | 'ExpressionAttributeValues'>,
  ): Promise<Upload | undefined> {
    const command = new UpdateCommand({
      TableName: this.#table,
      Key: keyOf(id),
      ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(outcome)',
      ExpressionAttributeNames: { '#state': 'state' },
      ReturnValues: 'ALL_NEW',
      ...update,
    });
    const answer = this.#client.send(command);
    if (!(await conditionHeld(answer))) return this.find(id);
    const { Attributes } = await answer;
    return Attributes && toUpload(Attributes);
  }
}

const keyOf = (id: string): ItemKey => ({ pk: `UPLOAD#${id}`, sk: 'UPLOAD' });

function toUpload({ pk: _pk, sk: _sk, forgetAfter: _forgetAfter, ...upload }: Item): Upload {
  return upload as unknown as Upload;
}
