import { Aws, Duration } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct, type IDependable } from 'constructs';
import type { IndexEnvironment } from '#registry/environment.ts';
import type { Delivery } from './delivery.ts';
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
    this.deadLetters = this.#makeQueue('DeadLetters', { retentionPeriod: Duration.days(14) });
    this.queue = this.#makeQueue('Queue', {
      visibilityTimeout: VISIBILITY,
      retentionPeriod: Duration.days(14),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 10 },
    });
    props.packages.announceTo(this.queue, this.#letS3Send());
    this.lambda = this.#makeFunction(props);
  }

  #makeQueue(id: string, props: ConstructorParameters<typeof Queue>[2]): Queue {
    return new Queue(this, id, { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, ...props });
  }

  /** By account, not by bucket: the bucket is made after this policy, and its name with it. */
  #letS3Send(): IDependable {
    const { policyDependable } = this.queue.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('s3.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.queue.queueArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    if (policyDependable === undefined) throw new Error('The queue has no policy of its own.');
    return policyDependable;
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
