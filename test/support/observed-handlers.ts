import type { SQSEvent } from 'aws-lambda';
import { CloudWatchObserver } from '#aws/cloudwatch-observer.ts';
import { createApi } from '#lambdas/api/app.ts';
import { createIndexHandler } from '#lambdas/index-packages/index-handler.ts';
import { createReconcileHandler } from '#lambdas/reconcile/reconcile-handler.ts';
import { maintainInProcess } from '#local/maintenance.ts';
import { HttpsIssuers } from '#oidc/https-issuers.ts';
import { keepStartToken } from '#registry/keep-start-token.ts';
import { oidcCredentials } from '#registry/oidc-credentials.ts';
import { tokenCredentials } from '#registry/token-credentials.ts';
import { type RegistryPorts, startPorts } from './registry-ports.ts';

export const TOKEN = 'alp_token-of-every-right';
const ORIGIN_SECRET = 'known-to-cloudfront-alone';
const HOST = 'http://registry.test';

/** The handlers as Lambda runs them, over the stand-ins; the bucket's events wait until a test hands them on. */
export async function startObserved() {
  const events: SQSEvent[] = [];
  const { ports, close } = await startPorts(async (event) => {
    events.push(event);
    return { batchItemFailures: [] };
  });
  await keepStartToken(TOKEN, ports);
  const jwts = oidcCredentials({ ...ports, issuers: new HttpsIssuers() });
  let invocations = 0;
  const context = () => ({ awsRequestId: `request-${++invocations}` });
  const observer = new CloudWatchObserver('test');

  /** Asks the API; the answer's status. */
  async function ask(path: string, init: RequestInit = {}, others: Partial<RegistryPorts> = {}) {
    const app = createApi({
      ...ports,
      ...others,
      ...maintainInProcess({ ...ports, ...others, observer }),
      credentials: tokenCredentials(ports),
      trust: { ...ports, jwts },
      originSecret: ORIGIN_SECRET,
      maxUploadBytes: 200_000,
      observer,
    });
    const headers = {
      authorization: `Bearer ${TOKEN}`,
      'x-alpenglow-origin': ORIGIN_SECRET,
      ...init.headers,
    };
    const request = new Request(`${HOST}${path}`, { ...init, headers });
    const response = await observer.watch(async (each: Request) => app.fetch(each))(request, context());
    return response.status;
  }

  return {
    ports,
    close,
    ask,
    /** Hands the batch to the index function. */
    index: (event: SQSEvent, others: Partial<RegistryPorts> = {}) =>
      observer.watch(createIndexHandler({ ...ports, ...others, observer }))(event, context()),
    /** What the bucket has announced since it was last asked, as one batch. */
    announced: (): SQSEvent => ({ Records: events.splice(0).flatMap(({ Records }) => Records) }),
    reconcile: (others: Partial<RegistryPorts> = {}) =>
      observer.watch((event: unknown) => createReconcileHandler({ ...ports, ...others, observer })(event))(
        undefined,
        context(),
      ),
  };
}

export type ObservedHandlers = Awaited<ReturnType<typeof startObserved>>;
