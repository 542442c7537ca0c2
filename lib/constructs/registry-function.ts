import { resolve } from 'node:path';
import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/**
 * What the SDK looks for credentials with where they are not in the environment, which a function's are: it imports
 * these when it has not found any, and they would be a ninth of each bundle.
 * Source: Lambda Developer Guide, "Defined runtime environment variables".
 */
const OTHER_CREDENTIALS = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
];

/** What every function of a registry is given alike. */
export interface FunctionDefaults {
  logRetention: RetentionDays;
  removalPolicy: RemovalPolicy;
}

export interface RegistryFunctionProps<Variables extends string> extends FunctionDefaults {
  /** The folder of `lambdas` whose `handler.ts` it runs. */
  folder: string;
  description: string;
  /** Every variable that the handler reads, so that a forgotten one is a type error. */
  environment: Record<Variables, string>;
  /** MiB; the share of a CPU grows with it. */
  memorySize: number;
  timeout: Duration;
}

/** One handler of `lambdas`, bundled with the SDK it was tested with. Its role may write its log, nothing else. */
export class RegistryFunction<Variables extends string = string> extends NodejsFunction {
  constructor(scope: Construct, id: string, props: RegistryFunctionProps<Variables>) {
    const { folder, description, environment, memorySize, timeout, logRetention, removalPolicy } = props;
    const logGroup = new LogGroup(scope, `${id}Log`, { retention: logRetention, removalPolicy });
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    super(scope, id, {
      // cdk runs the app, and jest the tests, in the folder of package.json.
      entry: resolve('lambdas', folder, 'handler.ts'),
      projectRoot: resolve('.'),
      depsLockFilePath: resolve('package-lock.json'),
      description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize,
      timeout,
      environment,
      role,
      logGroup,
      // What Lambda says itself is JSON, too. Metrics are lines without a level, which count as INFO: a higher
      // one drops them. Source: Lambda Developer Guide, "Log-level filtering".
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.INFO,
      bundling: {
        format: OutputFormat.CJS,
        target: 'node24',
        minify: true,
        // For lib/aws/source-stack.ts, when there is an error to tell.
        sourceMap: true,
        sourcesContent: false,
        externalModules: OTHER_CREDENTIALS,
        // ES modules first: of CommonJS ones esbuild takes all, of these what is used.
        mainFields: ['module', 'main'],
        logLevel: LogLevel.ERROR,
      },
    });
  }
}
