import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { adapters } from '#aws/adapters.ts';
import { readEnvironment } from '#registry/environment.ts';
import { tokenCredentials } from '#registry/token-credentials.ts';
import { readApiEnvironment } from './api-environment.ts';
import { createApi } from './app.ts';
import { encodeEventPath } from './event-path.ts';
import { MAX_UPLOAD_BYTES } from './upload-limit.ts';

const { ORIGIN_SECRET, PUBLIC_URL } = readApiEnvironment();
const ports = { ...adapters(readEnvironment()), clock: Date.now, logError };

const handleEvent = handle(
  createApi({
    ...ports,
    credentials: tokenCredentials(ports),
    originSecret: ORIGIN_SECRET,
    publicUrl: PUBLIC_URL,
    maxUploadBytes: MAX_UPLOAD_BYTES,
  }),
);

/** Lambda's entry: HTTP API events, payload format 2.0. */
export const handler = async (event: LambdaEvent & { rawPath: string }, context: LambdaContext) =>
  handleEvent({ ...event, rawPath: encodeEventPath(event.rawPath) }, context);

function logError(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
}
