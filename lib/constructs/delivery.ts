import { Arn, Duration, Stack } from 'aws-cdk-lib';
import {
  AccessLevel,
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  type ErrorResponse,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  type IOrigin,
  KeyValueStore,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  type PriceClass,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, OriginGroup, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { CustomDomain, type CustomDomainProps } from './custom-domain.ts';
import { acknowledgeFindings } from './delivery-findings.ts';
import { SecurityHeaders } from './security-headers.ts';
import { viewerFunctionCode } from './viewer-function-code.ts';

export interface DeliveryProps {
  registryName: string;
  packages: IBucket;
  /** The host of the HTTP API. */
  apiDomainName: string;
  /** What tells the API that a request came through here. */
  originSecret: ISecret;
  logs: IBucket;
  priceClass: PriceClass;
  /** Without one, the registry has CloudFront's domain. */
  domain?: CustomDomainProps | undefined;
}

type ReaderAction =
  | 'cloudfront-keyvaluestore:DescribeKeyValueStore'
  | 'cloudfront-keyvaluestore:ListKeys'
  | 'cloudfront-keyvaluestore:UpdateKeys';

const ORIGIN_SECRET_HEADER = 'x-alpenglow-origin';

/** Those whose caching can be set. Source: CloudFront Developer Guide, "HTTP status codes that CloudFront caches". */
const ERROR_STATUSES = [400, 403, 404, 405, 414, 500, 501, 502, 503, 504];

/** An error is asked for again: a package may be there a second later, and a 404 of a stranger is nobody's. */
const ERRORS_NOT_CACHED: ErrorResponse[] = ERROR_STATUSES.map((httpStatus) => ({
  httpStatus,
  ttl: Duration.seconds(0),
}));

/** CloudFront: the viewer function, then the API for `/api` and `/v2`, else the bucket and, after it, the API. */
export class Delivery extends Construct {
  readonly distribution: Distribution;
  /** Without a slash at its end. */
  readonly url: string;
  /** What the viewer function knows of who may read. */
  readonly store: KeyValueStore;

  readonly #shared: Omit<BehaviorOptions, 'origin' | 'viewerProtocolPolicy'>;

  constructor(scope: Construct, id: string, props: DeliveryProps) {
    super(scope, id);
    this.store = new KeyValueStore(this, 'Readers', { comment: 'Alpenglow: who may read what' });
    this.#shared = {
      functionAssociations: [
        { function: this.#makeViewerFunction(), eventType: FunctionEventType.VIEWER_REQUEST },
      ],
      responseHeadersPolicy: new SecurityHeaders(this, 'Headers'),
      // Packages and indexes are compressed, and signed as they are.
      compress: false,
    };
    const domain = props.domain && new CustomDomain(this, 'Domain', props.domain);
    const api = this.#makeApiOrigin(props);
    const apiBehavior = this.#makeApiBehavior(api);
    this.distribution = new Distribution(this, 'Distribution', {
      comment: `Alpenglow ${props.registryName}`,
      defaultBehavior: this.#makeFilesBehavior(props.packages, api),
      additionalBehaviors: { '/api/*': apiBehavior, '/v2/*': apiBehavior },
      errorResponses: ERRORS_NOT_CACHED,
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: props.priceClass,
      logBucket: props.logs,
      logFilePrefix: 'cdn/',
      ...domain?.names,
    });
    domain?.pointTo(this.distribution);
    this.url = `https://${props.domain?.domainName ?? this.distribution.distributionDomainName}`;
    acknowledgeFindings(this.distribution, props.domain === undefined);
  }

  /** Allows the calls of `CloudFrontCdn`. */
  grantForget(lambda: LambdaFunction): void {
    const resource = 'distribution';
    const distribution = {
      service: 'cloudfront',
      region: '',
      resource,
      resourceName: this.distribution.distributionId,
    };
    lambda.addToRolePolicy(
      new PolicyStatement({
        actions: ['cloudfront:CreateInvalidation'],
        resources: [Arn.format(distribution, Stack.of(this))],
      }),
    );
  }

  /** Allows the calls of `KeyValueStoreReaders`. */
  grantReaders(lambda: LambdaFunction, ...actions: ReaderAction[]): void {
    lambda.addToRolePolicy(new PolicyStatement({ actions, resources: [this.store.keyValueStoreArn] }));
  }

  #makeViewerFunction(): EdgeFunction {
    return new EdgeFunction(this, 'ViewerRequest', {
      comment: 'Alpenglow: lambdas/edge',
      code: FunctionCode.fromInline(viewerFunctionCode()),
      runtime: FunctionRuntime.JS_2_0,
      keyValueStore: this.store,
    });
  }

  /** The secret is a dynamic reference: it is in CloudFront and in the function, not in the template. */
  #makeApiOrigin({ apiDomainName, originSecret }: DeliveryProps): IOrigin {
    return new HttpOrigin(apiDomainName, {
      protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
      originSslProtocols: [OriginSslPolicy.TLS_V1_2],
      readTimeout: Duration.seconds(30),
      customHeaders: { [ORIGIN_SECRET_HEADER]: originSecret.secretValue.unsafeUnwrap() },
    });
  }

  #makeApiBehavior(origin: IOrigin): BehaviorOptions {
    return {
      ...this.#shared,
      origin,
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      // A redirect would come after the token was sent in the clear.
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
    };
  }

  /** An origin group only takes reads. Source: CloudFront Developer Guide, "Origin failover". */
  #makeFilesBehavior(packages: IBucket, api: IOrigin): BehaviorOptions {
    return {
      ...this.#shared,
      origin: new OriginGroup({
        primaryOrigin: S3BucketOrigin.withOriginAccessControl(packages, {
          originAccessLevels: [AccessLevel.READ, AccessLevel.LIST],
        }),
        fallbackOrigin: api,
        fallbackStatusCodes: [403, 404],
      }),
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      cachePolicy: this.#cachePolicy(),
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    };
  }

  /** What the origin says with Cache-Control counts; neither headers nor the query make another object. */
  #cachePolicy(): CachePolicy {
    return new CachePolicy(this, 'FilesCache', {
      comment: 'As long as the object says, and not at all if it says nothing',
      minTtl: Duration.seconds(0),
      defaultTtl: Duration.seconds(0),
      maxTtl: Duration.days(1),
    });
  }
}
