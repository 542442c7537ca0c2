import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { adapters } from '#aws/adapters.ts';
import { readerAdapters } from '#aws/reader-adapters.ts';
import { bootstrapCredentials } from '#registry/authorize.ts';
import { readEnvironment, readReaderEnvironment } from '#registry/environment.ts';
import { readApiEnvironment } from './api-environment.ts';
import { createApi } from './app.ts';
import { encodeEventPath } from './event-path.ts';
import { MAX_UPLOAD_BYTES } from './upload-limit.ts';

const { ORIGIN_SECRET, BOOTSTRAP_TOKEN, PUBLIC_URL } = readApiEnvironment();

const handleEvent = handle(
  createApi({
    ...adapters(readEnvironment()),
    ...readerAdapters(readReaderEnvironment()),
    credentials: bootstrapCredentials(BOOTSTRAP_TOKEN),
    clock: Date.now,
    originSecret: ORIGIN_SECRET,
    publicUrl: PUBLIC_URL,
    maxUploadBytes: MAX_UPLOAD_BYTES,
    logError: (error) => process.stderr.write(`${error instanceof Error ? error.stack : error}\n`),
  }),
);

/** Lambda's entry: HTTP API events, payload format 2.0. */
export const handler = async (event: LambdaEvent & { rawPath: string }, context: LambdaContext) =>
  handleEvent({ ...event, rawPath: encodeEventPath(event.rawPath) }, context);
