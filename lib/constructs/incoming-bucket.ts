import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

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
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      removalPolicy,
      autoDeleteObjects: removalPolicy === RemovalPolicy.DESTROY,
      serverAccessLogsBucket: logs,
      serverAccessLogsPrefix: 's3-incoming/',
      lifecycleRules: [{ id: 'expire', expiration: STAY, abortIncompleteMultipartUploadAfter: STAY }],
    });
  }
}
