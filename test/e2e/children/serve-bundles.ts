/**
 * Runs the synthesized bundles as one registry until SIGTERM, and says of each function which process it is.
 * Environment: ALPENGLOW_TOKEN. Arguments: the synthesized stack's folder; the folder that everything is kept in.
 */
import { once } from 'node:events';
import { startBundledRegistry } from '#test/support/bundled-registry/start-bundled-registry.ts';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const [assembly = '', folder = ''] = process.argv.slice(2);
const { ALPENGLOW_TOKEN: token = '' } = process.env;
const registry = await startBundledRegistry({
  assembly,
  folder,
  token,
  onReady: (name, id) => process.stdout.write(`The function ${name} is process ${id}\n`),
  onError: (error) => process.stderr.write(`${error instanceof Error ? error.stack : error}\n`),
});
process.stdout.write(`The bundles are ready on ${registry.url}\n`);
await once(process, 'SIGTERM');
await registry.close();
