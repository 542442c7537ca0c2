/**
 * Runs a registry as `alpenglow serve` does, and prints INDEX_WRITTEN whenever an index was asked to be stored.
 * Environment: ALPENGLOW_TOKEN. Argument: the folder that everything is kept in.
 */
import { startRegistry } from '#local/registry.ts';
import { onIndexWrite } from '#test/support/count-index-writes.ts';
import { INDEX_WRITTEN } from '../index-written.ts';

const [, , folder = ''] = process.argv;
const print = (line: unknown) => process.stdout.write(`${line}\n`);
const { ALPENGLOW_TOKEN: token = '' } = process.env;
const registry = await startRegistry({ port: 0, folder, token, onError: print });
onIndexWrite(registry.standIns.clients.s3, () => print(INDEX_WRITTEN));
print(`ready on ${registry.url}`);
