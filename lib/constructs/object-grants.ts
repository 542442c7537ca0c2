import { Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';

/**
 * Allows a function to do `actions` with the objects of a bucket. ListBucket too, since without it S3 answers 403 where
 * nothing is; GetObject also for writes with If-Match. Source: Amazon S3 User Guide, "Conditional requests";
 * Amazon S3 API Reference, "GetObject".
 * @param reason why it may be any object of the bucket
 */
export function grantObjects(
  bucket: Bucket,
  lambda: LambdaFunction,
  actions: readonly string[],
  reason: string,
): void {
  lambda.addToRolePolicy(
    new PolicyStatement({ actions: [...actions], resources: [bucket.arnForObjects('*')] }),
  );
  lambda.addToRolePolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }));
  const logicalId = Stack.of(bucket).getLogicalId(bucket.node.defaultChild as CfnBucket);
  Validations.of(lambda.role ?? lambda).acknowledge({
    id: `AwsSolutions-IAM5[Resource::<${logicalId}.Arn>/*]`,
    reason,
  });
}
