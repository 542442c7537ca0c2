/** Puts items into the table without end and prints each sort key once it is stored. Arguments: folder, first number. */
import { startTable } from '#local/table.ts';
import { ACCESS_KEY_ID, putItem, tableClient } from '../table-client.ts';

const [folder = '', first = '0'] = process.argv.slice(2);
const { endpoint } = await startTable({ folder, tableName: 'test', accessKeyId: ACCESS_KEY_ID });
const client = tableClient(endpoint);
for (let number = Number(first); ; number++) {
  await putItem(client, { TableName: 'test', Item: { pk: { S: 'a' }, sk: { S: String(number) } } });
  process.stdout.write(`${number}\n`);
}
