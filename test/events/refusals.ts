import { CloudFrontServiceException } from '@aws-sdk/client-cloudfront';
import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { KMSServiceException } from '@aws-sdk/client-kms';
import { S3ServiceException } from '@aws-sdk/client-s3';
import type { Random } from './random.ts';

export type Service = 'S3' | 'DynamoDB' | 'KMS' | 'CloudFront';

/** What each service answers when it has too much to do, or failed itself. Source: their API references, "Common Errors". */
export const REFUSALS: Record<Service, readonly { name: string; status: number }[]> = {
  S3: [
    { name: 'SlowDown', status: 503 },
    { name: 'InternalError', status: 500 },
  ],
  DynamoDB: [
    { name: 'ProvisionedThroughputExceededException', status: 400 },
    { name: 'ThrottlingException', status: 400 },
    { name: 'RequestLimitExceeded', status: 400 },
    { name: 'InternalServerError', status: 500 },
  ],
  KMS: [
    { name: 'ThrottlingException', status: 400 },
    { name: 'KMSInternalException', status: 500 },
    { name: 'DependencyTimeoutException', status: 500 },
  ],
  CloudFront: [
    { name: 'Throttling', status: 400 },
    { name: 'TooManyInvalidationsInProgress', status: 400 },
  ],
};

const EXCEPTIONS = {
  S3: S3ServiceException,
  DynamoDB: DynamoDBServiceException,
  KMS: KMSServiceException,
  CloudFront: CloudFrontServiceException,
};

/** One of them, as the SDK throws it. */
export function refusalOf(service: Service, random: Random): Error {
  const { name, status } = random.pick(REFUSALS[service]);
  return new EXCEPTIONS[service]({
    name,
    message: `${service} says ${name}`,
    $fault: status === 400 ? 'client' : 'server',
    $metadata: { httpStatusCode: status },
  });
}
