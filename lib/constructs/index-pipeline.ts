import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { IndexEnvironment } from '#registry/environment.ts';
import type { Delivery } from './delivery.ts';
import { announceTo } from './event-queue.ts';
import type { PackagesBucket } from './packages-bucket.ts';
import { type FunctionDefaults, RegistryFunction } from './registry-function.ts';
import type { RegistryTable } from './registry-table.ts';
import type { SigningKeys } from './signing-keys.ts';

export interface IndexPipelineProps extends FunctionDefaults {
  packages: PackagesBucket;
  table: RegistryTable;
  keys: SigningKeys;
  delivery: Delivery;
  environment: Record<keyof IndexEnvironment, string>;
}

const TIMEOUT = Duration.seconds(60);

/**
 * An SQS message hidden for less than this is handled twice while its first batch still runs.
 * Source: AWS Lambda Developer Guide, "Creating and configuring an Amazon SQS event source mapping".
 */
const VISIBILITY = Duration.seconds(6 * TIMEOUT.toSeconds());

/** From a package file that was stored or removed to the indexes that say so. */
export class IndexPipeline extends Construct {
  readonly queue: Queue;
  /** What could not be indexed, for people to look at. */
  readonly deadLetters: Queue;
  readonly lambda: RegistryFunction;

  constructor(scope: Construct, id: string, props: IndexPipelineProps) {
    super(scope, id);
    const { queue, deadLetters } = announceTo(this, {
      bucket: props.packages.bucket,
      events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'],
      suffix: '.apk',
      visibilityTimeout: VISIBILITY,
      maxReceiveCount: 10,
    });
    this.queue = queue;
    this.deadLetters = deadLetters;
    this.lambda = this.#makeFunction(props);
  }

  #makeFunction({ packages, table, keys, delivery, ...props }: IndexPipelineProps): RegistryFunction {
    const lambda = new RegistryFunction(this, 'Function', {
      folder: 'index-packages',
      description: 'Updates and signs the indexes of packages that were stored or removed',
      memorySize: 1024,
      timeout: TIMEOUT,
      ...props,
    });
    lambda.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: 100,
        maxBatchingWindow: Duration.seconds(1),
        maxConcurrency: 5,
        reportBatchItemFailures: true,
      }),
    );
    packages.grant(lambda, 's3:GetObject', 's3:PutObject', 's3:DeleteObject');
    table.grant(
      lambda,
      'dynamodb:BatchGetItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
    );
    keys.grantSign(lambda);
    delivery.grantForget(lambda);
    return lambda;
  }
}
