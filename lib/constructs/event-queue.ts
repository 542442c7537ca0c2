import { Aws, Duration } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export interface EventQueue {
  queue: Queue;
  /** What could not be handled, for people to look at. */
  deadLetters: Queue;
}

export interface EventQueueProps {
  bucket: Bucket;
  /** For how long a message is hidden from others while it is handled. */
  visibilityTimeout: Duration;
  /** How often a message is handled before it is given up. */
  maxReceiveCount: number;
  events: readonly string[];
  /** The end of the keys that are announced; of all, without one. */
  suffix?: string;
}

/**
 * Queues what happens in a bucket. A property of the bucket rather than the CDK's notification, which deploys a
 * Lambda that may change every bucket's.
 */
export function announceTo(scope: Construct, props: EventQueueProps): EventQueue {
  const { bucket, visibilityTimeout, maxReceiveCount, events, suffix } = props;
  const retentionPeriod = Duration.days(14);
  const shared = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod };
  const deadLetters = new Queue(scope, 'DeadLetters', shared);
  const deadLetterQueue = { queue: deadLetters, maxReceiveCount };
  const queue = new Queue(scope, 'Queue', { ...shared, visibilityTimeout, deadLetterQueue });
  const filter = suffix === undefined ? undefined : { s3Key: { rules: [{ name: 'suffix', value: suffix }] } };
  const resource = bucket.node.defaultChild as CfnBucket;
  resource.notificationConfiguration = {
    queueConfigurations: events.map((event) => ({ event, queue: queue.queueArn, filter })),
  };
  letS3Send(queue, resource);
  return { queue, deadLetters };
}

/**
 * By account, not by bucket: the bucket is made after this policy, since S3 tries it when it is told of the queue,
 * and its name with it.
 */
function letS3Send(queue: Queue, bucket: CfnBucket): void {
  const { policyDependable } = queue.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('s3.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  );
  if (policyDependable === undefined) throw new Error('The queue has no policy of its own.');
  bucket.node.addDependency(policyDependable);
}
