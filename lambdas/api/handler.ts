import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { apiAdapters } from '#aws/api-adapters.ts';
import { CloudWatchObserver } from '#aws/cloudwatch-observer.ts';
import { HttpsIssuers } from '#oidc/https-issuers.ts';
import { eitherCredentials } from '#registry/either-credentials.ts';
import { readEnvironment, readReaderEnvironment, readUploadEnvironment } from '#registry/environment.ts';
import { oidcCredentials } from '#registry/oidc-credentials.ts';
import { tokenCredentials } from '#registry/token-credentials.ts';
import { readApiEnvironment } from './api-environment.ts';
import { createApi } from './app.ts';
import { encodeEventPath } from './event-path.ts';
import { MAX_UPLOAD_BYTES } from './upload-limit.ts';

const environment = readEnvironment();
const { ORIGIN_SECRET, PUBLIC_URL, RECONCILE_FUNCTION } = readApiEnvironment();
const observer = new CloudWatchObserver(environment.REGISTRY_NAME);
const ports = {
  ...apiAdapters({
    ...environment,
    ...readReaderEnvironment(),
    ...readUploadEnvironment(),
    RECONCILE_FUNCTION,
  }),
  clock: Date.now,
  observer,
};
const jwts = oidcCredentials({ ...ports, issuers: new HttpsIssuers() });

const handleEvent = handle(
  createApi({
    ...ports,
    credentials: eitherCredentials(jwts, tokenCredentials(ports)),
    trust: { ...ports, jwts },
    originSecret: ORIGIN_SECRET,
    publicUrl: PUBLIC_URL,
    maxUploadBytes: MAX_UPLOAD_BYTES,
  }),
);

/** Lambda's entry: HTTP API events, payload format 2.0. */
export const handler = observer.watch(
  async (event: LambdaEvent & { rawPath: string }, context: LambdaContext) =>
    handleEvent({ ...event, rawPath: encodeEventPath(event.rawPath) }, context),
);
