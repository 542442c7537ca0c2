/**
 * Loads a bundle as Lambda's Node runtime does, and hands its handler the events that the parent process
 * sends. Arguments: the bundle's file and the name of the handler in it. Ends with the parent.
 */
import { createRequire } from 'node:module';
import '#test/support/localhost-names.ts';

interface Invocation {
  id: number;
  /** In JSON. */
  event: string;
}

/** Of the function that has most. */
const TIMEOUT_MS = 15 * 60 * 1000;

const [file = '', entry = ''] = process.argv.slice(2);
const handler = createRequire(import.meta.url)(file)[entry];

process.on('message', async ({ id, event }: Invocation) => {
  try {
    const context = { awsRequestId: String(id), getRemainingTimeInMillis: () => TIMEOUT_MS };
    const result = await handler(JSON.parse(event), context);
    process.send?.({ id, result: JSON.stringify(result) });
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? error.stack : String(error) });
  }
});
process.on('disconnect', () => process.exit());
