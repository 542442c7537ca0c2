import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { IngestEnvironment } from '#registry/environment.ts';
import type { Delivery } from './delivery.ts';
import { announceTo } from './event-queue.ts';
import type { IncomingBucket } from './incoming-bucket.ts';
import type { PackagesBucket } from './packages-bucket.ts';
import { type FunctionDefaults, RegistryFunction } from './registry-function.ts';
import type { RegistryTable } from './registry-table.ts';

export interface UploadPipelineProps extends FunctionDefaults {
  incoming: IncomingBucket;
  packages: PackagesBucket;
  table: RegistryTable;
  delivery: Delivery;
  environment: Record<keyof IngestEnvironment, string>;
}

/** The longest there is: a file of 50 GiB is read once, at some 60 MiB a second. */
const TIMEOUT = Duration.minutes(15);

/** From a file that has arrived to a package of its repository. */
export class UploadPipeline extends Construct {
  readonly queue: Queue;
  /** What could not be taken care of, for people to look at. */
  readonly deadLetters: Queue;
  readonly lambda: RegistryFunction;

  constructor(
    scope: Construct,
    id: string,
    { incoming, packages, table, delivery, ...props }: UploadPipelineProps,
  ) {
    super(scope, id);
    const { queue, deadLetters } = announceTo(this, {
      bucket: incoming.bucket,
      events: ['s3:ObjectCreated:*'],
      // Not six times the timeout, as for batches: whoever waits for an upload that died should not wait for hours,
      // and two that are at the same one do no harm.
      visibilityTimeout: TIMEOUT.plus(Duration.minutes(1)),
      maxReceiveCount: 3,
    });
    this.queue = queue;
    this.deadLetters = deadLetters;
    this.lambda = new RegistryFunction(this, 'Function', {
      folder: 'ingest-upload',
      description: 'Validates and publishes packages that were uploaded past the API',
      // A whole CPU. Source: AWS Lambda Developer Guide, "Configure Lambda function memory".
      memorySize: 1769,
      timeout: TIMEOUT,
      ...props,
    });
    this.lambda.addEventSource(
      new SqsEventSource(queue, { batchSize: 1, maxConcurrency: 20, reportBatchItemFailures: true }),
    );
    incoming.grant(this.lambda, 's3:GetObject', 's3:DeleteObject');
    packages.grant(this.lambda, 's3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload');
    table.grant(
      this.lambda,
      'dynamodb:GetItem',
      'dynamodb:BatchGetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
    );
    delivery.grantReaders(
      this.lambda,
      'cloudfront-keyvaluestore:DescribeKeyValueStore',
      'cloudfront-keyvaluestore:UpdateKeys',
    );
  }
}
