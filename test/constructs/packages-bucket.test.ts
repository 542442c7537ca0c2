import { RemovalPolicy } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { PackagesBucket } from '#constructs/packages-bucket.ts';
import { emptyStack, synthesizeRegistry } from '#test/support/synthesize-registry.ts';

let registry: Template;
beforeAll(() => {
  registry = synthesizeRegistry();
});

function bucketTemplate(): Template {
  const stack = emptyStack();
  const logs = new Bucket(stack, 'Logs');
  new PackagesBucket(stack, 'Packages', { removalPolicy: RemovalPolicy.RETAIN, logs });
  return Template.fromStack(stack);
}

test('a deleted package can be brought back for thirty days', () => {
  bucketTemplate().hasResourceProperties('AWS::S3::Bucket', {
    VersioningConfiguration: { Status: 'Enabled' },
    LifecycleConfiguration: {
      Rules: [Match.objectLike({ NoncurrentVersionExpiration: { NoncurrentDays: 30 }, Status: 'Enabled' })],
    },
  });
});

test('nobody reads it but by way of CloudFront, and nothing is sent in the clear', () => {
  registry.hasResourceProperties('AWS::S3::Bucket', {
    VersioningConfiguration: Match.anyValue(),
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
  });
  registry.hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: {
      Statement: [
        Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        // Without ListBucket, S3 answers 403 where nothing is.
        Match.objectLike({
          Effect: 'Allow',
          Action: ['s3:GetObject', 's3:ListBucket'],
          Principal: { Service: 'cloudfront.amazonaws.com' },
          Condition: { StringEquals: { 'AWS:SourceArn': Match.anyValue() } },
        }),
      ],
    },
  });
});

test('packages that are stored or removed are announced, and indexes and keys are not', () => {
  const suffix = { S3Key: { Rules: [{ Name: 'suffix', Value: '.apk' }] } };
  registry.hasResourceProperties('AWS::S3::Bucket', {
    NotificationConfiguration: {
      QueueConfigurations: [
        Match.objectLike({ Event: 's3:ObjectCreated:*', Filter: suffix }),
        Match.objectLike({ Event: 's3:ObjectRemoved:*', Filter: suffix }),
      ],
    },
  });
});

test('what waits to be published is gone after a day, and CloudFront never sees it', () => {
  registry.hasResourceProperties('AWS::S3::Bucket', {
    VersioningConfiguration: Match.absent(),
    LifecycleConfiguration: {
      Rules: [
        {
          Id: 'expire',
          Status: 'Enabled',
          ExpirationInDays: 1,
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        },
      ],
    },
    PublicAccessBlockConfiguration: { RestrictPublicBuckets: true },
  });
  const policies = Object.entries(registry.findResources('AWS::S3::BucketPolicy'));
  const readByCloudFront = policies.filter(([, policy]) =>
    JSON.stringify(policy).includes('cloudfront.amazonaws.com'),
  );
  expect(readByCloudFront.map(([id]) => id)).toEqual([expect.stringMatching(/^Packages/)]);
});
