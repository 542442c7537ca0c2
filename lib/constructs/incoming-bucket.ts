import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import { Bucket, type IBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { privateBucket } from './private-bucket.ts';

export interface IncomingBucketProps {
  removalPolicy: RemovalPolicy;
  /** Where S3 logs who asked for what. */
  logs: IBucket;
}

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
}
