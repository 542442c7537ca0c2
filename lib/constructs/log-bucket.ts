import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import { Bucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { privateBucket } from './private-bucket.ts';

export interface LogBucketProps {
  /** For how long logs are kept, in days. */
  retentionDays: number;
  removalPolicy: RemovalPolicy;
}

/** The access logs of CloudFront and of the packages bucket. */
export class LogBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { retentionDays, removalPolicy }: LogBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      ...privateBucket(removalPolicy),
      // CloudFront's standard logs are delivered by ACL.
      objectOwnership: ObjectOwnership.BUCKET_OWNER_PREFERRED,
      lifecycleRules: [{ id: 'expire', expiration: Duration.days(retentionDays) }],
    });
  }
}
