/** Starts to create a table, as slowly as can be, and says so. Argument: folder. */
import dynalite from 'dynalite';
import { startListening } from '#local/listen.ts';
import { createTable, tableClient } from '../table-client.ts';

const server = dynalite({ path: process.argv[2], createTableMs: 60_000 });
const { url } = await startListening(server);
await createTable(tableClient(url), 'test');
process.stdout.write('creating\n');
