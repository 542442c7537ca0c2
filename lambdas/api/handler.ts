import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { adapters } from '#aws/adapters.ts';
import { CloudWatchObserver } from '#aws/cloudwatch-observer.ts';
import { bootstrapTokens } from '#registry/authorize.ts';
import { readEnvironment } from '#registry/environment.ts';
import { readApiEnvironment } from './api-environment.ts';
import { createApi } from './app.ts';
import { encodeEventPath } from './event-path.ts';
import { MAX_UPLOAD_BYTES } from './upload-limit.ts';

const environment = readEnvironment();
const { ORIGIN_SECRET, BOOTSTRAP_TOKEN, PUBLIC_URL } = readApiEnvironment();
const observer = new CloudWatchObserver(environment.REGISTRY_NAME);

const handleEvent = handle(
  createApi({
    ...adapters(environment),
    tokens: bootstrapTokens(BOOTSTRAP_TOKEN),
    clock: Date.now,
    originSecret: ORIGIN_SECRET,
    publicUrl: PUBLIC_URL,
    maxUploadBytes: MAX_UPLOAD_BYTES,
    observer,
  }),
);

/** Lambda's entry: HTTP API events, payload format 2.0. */
export const handler = observer.watch(
  async (event: LambdaEvent & { rawPath: string }, context: LambdaContext) =>
    handleEvent({ ...event, rawPath: encodeEventPath(event.rawPath) }, context),
);
