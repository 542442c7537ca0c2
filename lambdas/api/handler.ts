import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { adapters } from '#aws/adapters.ts';
import { HttpsIssuers } from '#oidc/https-issuers.ts';
import { bootstrapCredentials } from '#registry/authorize.ts';
import { eitherCredentials } from '#registry/either-credentials.ts';
import { readEnvironment } from '#registry/environment.ts';
import { oidcCredentials } from '#registry/oidc-credentials.ts';
import { readApiEnvironment } from './api-environment.ts';
import { createApi } from './app.ts';
import { encodeEventPath } from './event-path.ts';
import { MAX_UPLOAD_BYTES } from './upload-limit.ts';

const { ORIGIN_SECRET, BOOTSTRAP_TOKEN, PUBLIC_URL } = readApiEnvironment();
const ports = { ...adapters(readEnvironment()), clock: Date.now };
const jwts = oidcCredentials({ ...ports, issuers: new HttpsIssuers() });

const handleEvent = handle(
  createApi({
    ...ports,
    credentials: eitherCredentials(jwts, bootstrapCredentials(BOOTSTRAP_TOKEN)),
    trust: { ...ports, jwts },
    originSecret: ORIGIN_SECRET,
    publicUrl: PUBLIC_URL,
    maxUploadBytes: MAX_UPLOAD_BYTES,
    logError: (error) => process.stderr.write(`${error instanceof Error ? error.stack : error}\n`),
  }),
);

/** Lambda's entry: HTTP API events, payload format 2.0. */
export const handler = async (event: LambdaEvent & { rawPath: string }, context: LambdaContext) =>
  handleEvent({ ...event, rawPath: encodeEventPath(event.rawPath) }, context);
