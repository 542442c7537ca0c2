import { Duration, type RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Bucket, type CfnBucket, type IBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct, type IDependable } from 'constructs';
import { privateBucket } from './private-bucket.ts';

export interface PackagesBucketProps {
  /** `DESTROY` empties it too; for development alone. */
  removalPolicy: RemovalPolicy;
  /** Where S3 logs who asked for what. */
  logs: IBucket;
}

/** For how long a deleted or replaced object can still be brought back. */
const UNDO = Duration.days(30);

const ANNOUNCED = ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'];

type ObjectAction = 's3:GetObject' | 's3:PutObject' | 's3:DeleteObject';

/** The bucket that CloudFront serves: a tree that is exactly an Alpine mirror. */
export class PackagesBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { removalPolicy, logs }: PackagesBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      ...privateBucket(removalPolicy),
      versioned: true,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      serverAccessLogsBucket: logs,
      serverAccessLogsPrefix: 's3/',
      lifecycleRules: [
        {
          id: 'undo',
          noncurrentVersionExpiration: UNDO,
          expiredObjectDeleteMarker: true,
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
    });
  }

  /**
   * Announces each package file that is stored or removed, and nothing else. A property of the bucket
   * rather than the CDK's notification, which deploys a Lambda that may change every bucket's.
   * @param allowed what lets S3 send to the queue: S3 tries it when it is told of the queue
   */
  announceTo(queue: IQueue, allowed: IDependable): void {
    const suffix = { s3Key: { rules: [{ name: 'suffix', value: '.apk' }] } };
    const resource = this.bucket.node.defaultChild as CfnBucket;
    resource.notificationConfiguration = {
      queueConfigurations: ANNOUNCED.map((event) => ({ event, queue: queue.queueArn, filter: suffix })),
    };
    resource.node.addDependency(allowed);
  }

  /**
   * Allows the calls of `S3PackageBucket`. ListBucket, since without it S3 answers 403 where nothing is;
   * GetObject also for writes with If-Match. Source: Amazon S3 User Guide, "Conditional requests";
   * Amazon S3 API Reference, "GetObject".
   */
  grant(lambda: LambdaFunction, ...actions: ObjectAction[]): void {
    lambda.addToRolePolicy(new PolicyStatement({ actions, resources: [this.bucket.arnForObjects('*')] }));
    lambda.addToRolePolicy(
      new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] }),
    );
    const logicalId = Stack.of(this).getLogicalId(this.bucket.node.defaultChild as CfnBucket);
    Validations.of(lambda.role ?? lambda).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${logicalId}.Arn>/*]`,
      reason: 'Objects are named after packages, which people name; the bucket holds nothing else.',
    });
  }
}
