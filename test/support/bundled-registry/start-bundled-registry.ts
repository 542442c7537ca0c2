import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyStructuredResultV2, SQSBatchResponse } from 'aws-lambda';
import { indexAdapters } from '#aws/index-adapters.ts';
import { readerAdapters } from '#aws/reader-adapters.ts';
import type { Endpoints } from '#aws/stand-in-clients.ts';
import { createDelivery } from '#local/delivery.ts';
import { listen } from '#local/listen.ts';
import { openAll } from '#local/open-all.ts';
import { LOCAL_ENVIRONMENT } from '#local/registry.ts';
import { type StandIns, startStandIns } from '#local/stand-ins.ts';
import { keepStartToken } from '#registry/keep-start-token.ts';
import { loadViewerFunction } from '#test/support/deployed-viewer-function.ts';
import { createLambdaEndpoint } from '#test/support/lambda-endpoint.ts';
import { builtScript } from '#test/support/once-a-run/built-programs.ts';
import { readAssembly } from './assembly.ts';
import { createHttpApi } from './http-api.ts';
import { lambdaEnvironment, type ResolvedValues } from './lambda-environment.ts';
import { LambdaFunction, RUNTIME } from './lambda-function.ts';

export interface BundledRegistryOptions {
  /** The folder of a synthesized stack. */
  assembly: string;
  /** The folder that everything is kept in. */
  folder: string;
  /** Has every right. */
  token: string;
  onError(error: unknown): void;
  /** Told of each process that runs a function, once it has answered an event. */
  onReady?(name: FunctionName, processId: number): void;
}

type FunctionName = 'api' | 'index' | 'ingest' | 'daily';

export interface BundledRegistry {
  /** `http://127.0.0.1:{port}`. */
  url: string;
  standIns: StandIns;
  /** What EventBridge does once a day. */
  reconcile(): Promise<void>;
  close(): Promise<void>;
}

/** As the registry of one machine waits, since tests wait for many indexes. AWS waits for a second. */
const BATCH_WINDOW_MS = 100;

const standInNames = {
  PACKAGES_BUCKET: LOCAL_ENVIRONMENT.PACKAGES_BUCKET,
  INCOMING_BUCKET: LOCAL_ENVIRONMENT.INCOMING_BUCKET,
  TABLE_NAME: LOCAL_ENVIRONMENT.TABLE_NAME,
  SIGNING_KEYS: LOCAL_ENVIRONMENT.SIGNING_KEYS.join(),
  DISTRIBUTION_ID: LOCAL_ENVIRONMENT.DISTRIBUTION_ID,
  READERS_ARN: LOCAL_ENVIRONMENT.READERS_ARN,
};

/**
 * Starts what `cdk deploy` would deploy, over the stand-ins of one machine: the synthesized viewer function,
 * HTTP API events for the api's bundle, and SQS batches for the index's.
 */
export function startBundledRegistry({ assembly, folder, token, onError, onReady }: BundledRegistryOptions) {
  return openAll<Omit<BundledRegistry, 'close'>>(async (keep) => {
    const { viewerFunction, ...deployed } = readAssembly(assembly);
    const runtime = await builtScript(RUNTIME);
    const originSecret = randomUUID();
    let answer: ReturnType<typeof createDelivery> = () => new Response(null, { status: 503 });
    const server = keep(await listen((request) => answer(request)));
    const resolvedValues: ResolvedValues = {
      ...standInNames,
      ORIGIN_SECRET: originSecret,
      PUBLIC_URL: server.url,
      RECONCILE_FUNCTION: 'reconcile',
    };
    const functions: LambdaFunction[] = [];
    keep({ close: async () => void (await Promise.all(functions.map((each) => each.close()))) });
    let connection: Endpoints | undefined;
    // A Lambda has one key, for what it asks and for what it presigns.
    const credentials = { accessKeyId: randomUUID(), secretAccessKey: randomUUID() };
    const start = (name: FunctionName): LambdaFunction => {
      if (connection === undefined) throw new Error('The stand-ins are not there yet.');
      const environment = lambdaEnvironment(deployed[name].variables, resolvedValues, {
        ...connection,
        ...credentials,
        lambda: lambda.url,
      });
      const started = new LambdaFunction(deployed[name], environment, runtime, (id) => onReady?.(name, id));
      functions.push(started);
      return started;
    };

    // The api asks for no other.
    const lambda = keep(await listen(createLambdaEndpoint((_name, event) => runDaily(event))));
    const standIns = keep(
      await startStandIns({
        folder,
        environment: LOCAL_ENVIRONMENT,
        delivery: { batchWindow: BATCH_WINDOW_MS },
        accessKeyId: credentials.accessKeyId,
        presigning: credentials,
        createHandler: (_clients, opened) => {
          connection = opened;
          const indexFunction = start('index');
          return (event) => indexFunction.invoke<SQSBatchResponse>(event);
        },
        createIngestHandler: () => {
          const ingestFunction = start('ingest');
          return (event) => ingestFunction.invoke<SQSBatchResponse>(event);
        },
        onError,
      }),
    );
    const apiFunction = start('api');
    const httpApi = createHttpApi(
      (event) => apiFunction.invoke<APIGatewayProxyStructuredResultV2>(event),
      onError,
    );
    const { s3, accessKeyId } = standIns;
    const bucket = LOCAL_ENVIRONMENT.PACKAGES_BUCKET;
    const incoming = { bucket: LOCAL_ENVIRONMENT.INCOMING_BUCKET, s3Url: standIns.endpoints.s3 };
    answer = createDelivery({
      api: httpApi,
      s3,
      bucket,
      incoming,
      accessKeyId,
      originSecret,
      viewerFunction: loadViewerFunction(viewerFunction, standIns.readers),
    });

    async function runDaily(event: unknown): Promise<unknown> {
      const instance = start('daily');
      return instance.invoke(event).finally(() => instance.close());
    }
    async function reconcile(): Promise<void> {
      await runDaily({});
    }
    // As an operator makes a deployment's first token, and as every deploy is followed by the comparison.
    const readers = readerAdapters({ ...LOCAL_ENVIRONMENT, DEFAULT_VISIBILITY: 'public' }, standIns.clients);
    await keepStartToken(token, {
      ...indexAdapters(LOCAL_ENVIRONMENT, standIns.clients),
      ...readers,
      clock: Date.now,
    });
    await reconcile();
    return { url: server.url, standIns, reconcile };
  });
}
