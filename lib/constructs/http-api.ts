import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi as Api,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { ApiEnvironment } from '#lambdas/api/api-environment.ts';
import type { Environment, ReaderEnvironment, UploadEnvironment } from '#registry/environment.ts';
import type { Delivery } from './delivery.ts';
import type { IncomingBucket } from './incoming-bucket.ts';
import type { PackagesBucket } from './packages-bucket.ts';
import { type FunctionDefaults, RegistryFunction } from './registry-function.ts';
import type { RegistryTable } from './registry-table.ts';
import type { SigningKeys } from './signing-keys.ts';

export interface HttpApiProps extends FunctionDefaults {
  /** What all callers together may send, per second, before they get 429. */
  throttle: { rateLimit: number; burstLimit: number };
}

export interface ApiFunctionProps extends FunctionDefaults {
  packages: PackagesBucket;
  incoming: IncomingBucket;
  table: RegistryTable;
  keys: SigningKeys;
  delivery: Delivery;
  environment: Record<
    keyof Environment | keyof ApiEnvironment | keyof ReaderEnvironment | keyof UploadEnvironment,
    string
  >;
}

/** An HTTP API waits a second longer. Source: API Gateway Developer Guide, "Quotas for … an HTTP API". */
const TIMEOUT = Duration.seconds(29);

/** What is logged of a request: no header and no query, since tokens are sent there. */
const LOGGED = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  ip: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  bytes: '$context.responseLength',
  milliseconds: '$context.responseLatency',
  error: '$context.integrationErrorMessage',
};

/** The HTTP API. Its function is added after the distribution, whose address the function answers with. */
export class HttpApi extends Construct {
  readonly #api: Api;

  constructor(scope: Construct, id: string, { throttle, logRetention, removalPolicy }: HttpApiProps) {
    super(scope, id);
    this.#api = new Api(this, 'Api', {
      apiName: `${Stack.of(this).stackName}-api`,
      createDefaultStage: false,
    });
    const log = new LogGroup(this, 'AccessLog', { retention: logRetention, removalPolicy });
    new HttpStage(this, 'Stage', {
      httpApi: this.#api,
      stageName: '$default',
      autoDeploy: true,
      throttle,
      accessLogSettings: {
        destination: new LogGroupLogDestination(log),
        format: AccessLogFormat.custom(JSON.stringify(LOGGED)),
      },
    });
  }

  get apiId(): string {
    return this.#api.apiId;
  }

  /** The host that CloudFront asks. */
  get domainName(): string {
    return `${this.apiId}.execute-api.${Stack.of(this).region}.${Stack.of(this).urlSuffix}`;
  }

  /** Answers of 500 and above: the function makes most of them itself, so its own errors do not count them. */
  get serverErrors(): IMetric {
    return this.#api.metricServerError({ period: Duration.minutes(1), statistic: Stats.SUM });
  }

  /** Has `lambdas/api` answer every path. */
  answerWith({ packages, incoming, table, keys, delivery, ...props }: ApiFunctionProps): RegistryFunction {
    const lambda = new RegistryFunction(this, 'Function', {
      folder: 'api',
      description: 'Publishes and deletes packages, and finds what CloudFront does not',
      memorySize: 1024,
      timeout: TIMEOUT,
      ...props,
    });
    packages.grant(lambda, 's3:GetObject', 's3:PutObject', 's3:DeleteObject');
    incoming.grant(lambda, 's3:PutObject', 's3:ListMultipartUploadParts');
    table.grant(
      lambda,
      'dynamodb:GetItem',
      'dynamodb:BatchGetItem',
      'dynamodb:Query',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
    );
    delivery.grantReaders(
      lambda,
      'cloudfront-keyvaluestore:DescribeKeyValueStore',
      'cloudfront-keyvaluestore:UpdateKeys',
    );
    keys.grantRead(lambda);
    const route = new HttpRoute(this, 'Route', {
      httpApi: this.#api,
      routeKey: HttpRouteKey.DEFAULT,
      integration: new HttpLambdaIntegration('Integration', lambda),
    });
    Validations.of(route).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason: 'The function checks tokens itself: which right a path needs depends on the owner in it.',
    });
    return lambda;
  }
}
