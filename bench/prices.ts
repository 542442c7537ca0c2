import type { CountedOperation } from '#test/support/counted-operations.ts';

/** List prices of us-east-1 in US dollars, of one call or unit, as AWS's pages had them then; as in docs/cost.md. */
export const PRICES_READ_IN = 'November 2026';

/** Source: https://aws.amazon.com/s3/pricing/, S3 Standard: requests that write or copy, and that read. */
const S3_WRITE = 0.005 / 1_000;
const S3_READ = 0.0004 / 1_000;
/** Source: https://aws.amazon.com/kms/pricing/, RSA 4096. */
const KMS_SIGN = 0.15 / 10_000;
/** Source: https://aws.amazon.com/cloudfront/pricing/, invalidation paths beyond the first 1,000 of a month. */
const INVALIDATION_PATH = 0.005;

const CALLS: Record<string, number> = {
  'S3 PutObject': S3_WRITE,
  'S3 CopyObject': S3_WRITE,
  'S3 GetObject': S3_READ,
  'S3 HeadObject': S3_READ,
  'S3 DeleteObject': 0,
  'KMS Sign': KMS_SIGN,
  'CloudFront CreateInvalidation': INVALIDATION_PATH,
};

/** Source: https://aws.amazon.com/dynamodb/pricing/on-demand/. */
const READ_UNIT = 0.125 / 1_000_000;
const WRITE_UNIT = 0.625 / 1_000_000;

/** Source: https://aws.amazon.com/api-gateway/pricing/, HTTP APIs. */
const HTTP_REQUEST = 1.0 / 1_000_000;
/** Source: https://aws.amazon.com/sqs/pricing/, standard queues: each message is sent, received and deleted. */
const SQS_MESSAGE = (3 * 0.4) / 1_000_000;
/** Source: https://aws.amazon.com/lambda/pricing/, arm64. */
const LAMBDA_REQUEST = 0.2 / 1_000_000;
const LAMBDA_GB_SECOND = 0.0000133334;

/** What the operation costs but for Lambda's time, in dollars. What is paid for a call that has no price here is an error. */
export function callsCost({ by, calls, capacity }: Omit<CountedOperation, 'milliseconds'>): number {
  const arriving = (by === 'api' ? HTTP_REQUEST : SQS_MESSAGE) + LAMBDA_REQUEST;
  const units = capacity.read * READ_UNIT + capacity.write * WRITE_UNIT;
  const made = Object.entries(calls).map(([call, count]) => count * priceOf(call));
  return made.reduce((sum, price) => sum + price, arriving + units);
}

/** DynamoDB's calls are paid for by their units. */
function priceOf(call: string): number {
  const price = call.startsWith('DynamoDB ') ? 0 : CALLS[call];
  if (price === undefined) throw new Error(`bench/prices.ts has no price of ${call}`);
  return price;
}

/** What Lambda's time costs, at 1 GB. */
export const lambdaCost = (milliseconds: number): number => (milliseconds / 1000) * LAMBDA_GB_SECOND;
