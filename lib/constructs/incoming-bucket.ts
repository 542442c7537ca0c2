import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Bucket, type IBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { grantObjects } from './object-grants.ts';
import { privateBucket } from './private-bucket.ts';

export interface IncomingBucketProps {
  removalPolicy: RemovalPolicy;
  /** Where S3 logs who asked for what. */
  logs: IBucket;
}

type ObjectAction = 's3:GetObject' | 's3:PutObject' | 's3:DeleteObject' | 's3:ListMultipartUploadParts';

/** S3 counts in days, from the next midnight. */
const STAY = Duration.days(1);

/** Where files wait that no request to the API can carry; nobody reads it but the registry, and nothing stays. */
export class IncomingBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { removalPolicy, logs }: IncomingBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      ...privateBucket(removalPolicy),
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      serverAccessLogsBucket: logs,
      serverAccessLogsPrefix: 's3-incoming/',
      lifecycleRules: [{ id: 'expire', expiration: STAY, abortIncompleteMultipartUploadAfter: STAY }],
    });
  }

  /** Allows the calls of `S3IncomingBucket`. Whoever signs a URL must be allowed what it is for. */
  grant(lambda: LambdaFunction, ...actions: ObjectAction[]): void {
    const reason = 'Objects are named after uploads, which come and go; the bucket holds nothing else.';
    grantObjects(this.bucket, lambda, actions, reason);
  }
}
