import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  type GetItemCommandInput,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';

/** What the tables of these tests know their clients by. */
export const ACCESS_KEY_ID = 'a';

export const tableClient = (endpoint: string, accessKeyId = ACCESS_KEY_ID) =>
  new DynamoDBClient({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId, secretAccessKey: 'b' },
  });

/** Stores one item. */
export const putItem = (client: DynamoDBClient, input: PutItemCommandInput) =>
  client.send(new PutItemCommand(input));

/** Reads one item, strongly consistent. */
export const getItem = (client: DynamoDBClient, input: GetItemCommandInput) =>
  client.send(new GetItemCommand({ ConsistentRead: true, ...input }));

/** Reads the items of one partition. */
export const query = (client: DynamoDBClient, input: QueryCommandInput) =>
  client.send(new QueryCommand({ ConsistentRead: true, ...input }));

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
