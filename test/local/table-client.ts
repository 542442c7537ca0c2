import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  type GetItemCommandInput,
  PutItemCommand,
  type PutItemCommandInput,
} from '@aws-sdk/client-dynamodb';

export const tableClient = (endpoint: string) =>
  new DynamoDBClient({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });

/** Stores one item. */
export const putItem = (client: DynamoDBClient, input: PutItemCommandInput) =>
  client.send(new PutItemCommand(input));

/** Reads one item, strongly consistent. */
export const getItem = (client: DynamoDBClient, input: GetItemCommandInput) =>
  client.send(new GetItemCommand({ ConsistentRead: true, ...input }));

/** Asks for a table like ours; it may not be ACTIVE yet. */
export const createTable = (client: DynamoDBClient, tableName: string) =>
  client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
