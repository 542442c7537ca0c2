import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Bucket, type IBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { grantObjects } from './object-grants.ts';
import { privateBucket } from './private-bucket.ts';

export interface PackagesBucketProps {
  /** `DESTROY` empties it too; for development alone. */
  removalPolicy: RemovalPolicy;
  /** Where S3 logs who asked for what. */
  logs: IBucket;
}

/** For how long a deleted or replaced object can still be brought back. */
const UNDO = Duration.days(30);

type ObjectAction = 's3:GetObject' | 's3:PutObject' | 's3:DeleteObject' | 's3:AbortMultipartUpload';

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

  /** Allows the calls of `S3PackageBucket`. */
  grant(lambda: LambdaFunction, ...actions: ObjectAction[]): void {
    const reason = 'Objects are named after packages, which people name; the bucket holds nothing else.';
    grantObjects(this.bucket, lambda, actions, reason);
  }
}
