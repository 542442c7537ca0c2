import { RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, BucketEncryption, type BucketProps } from 'aws-cdk-lib/aws-s3';

/**
 * What every bucket of a registry is: encrypted, closed to the public, and asked over TLS alone.
 * @param removalPolicy `DESTROY` empties it too
 */
export const privateBucket = (removalPolicy: RemovalPolicy) =>
  ({
    encryption: BucketEncryption.S3_MANAGED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    removalPolicy,
    autoDeleteObjects: removalPolicy === RemovalPolicy.DESTROY,
  }) satisfies BucketProps;
