import type { Store } from './emulators.ts';

/** Where moto 5.2 does otherwise than AWS says, and where AWS says it. */
export const MOTO = {
  storesAnyBody:
    'moto stores a body that is not what its checksum says: Amazon S3 API Reference, "PutObject", BadDigest',
  forgetsChecksums:
    'moto keeps a checksum only where x-amz-sdk-checksum-algorithm names it: Amazon S3 API Reference, "PutObject", ' +
    'where that header "will not provide any additional functionality if you don\'t use the SDK"',
  forgetsCompositeChecksums:
    'moto has no checksum of parts: Amazon S3 User Guide, "Checking object integrity", "Composite checksums"',
  keepsFinishedUploads:
    'moto completes an upload twice, and fails at an aborted one: Amazon S3 API Reference, "Error responses", NoSuchUpload',
  answersPostsInSilence:
    'moto answers 201 to a form without a document: Amazon S3 API Reference, "POST Object", success_action_status',
  takesAnyOrder:
    'moto takes parts in any order: Amazon S3 API Reference, "CompleteMultipartUpload", InvalidPartOrder',
  completesUnasked:
    'moto completes an upload whatever If-Match says: Amazon S3 API Reference, "CompleteMultipartUpload"',
  copiesUnasked:
    'moto copies whatever the conditions of a copy say: Amazon S3 API Reference, "CopyObject", ' +
    'x-amz-copy-source-if-match, If-Match, If-None-Match',
  tellsOfNoDeleteMarkers:
    'moto tells no queue of a delete marker: Amazon S3 User Guide, "Supported event types for SQS, SNS, and Lambda"',
  leavesOutProperties:
    "moto's CloudFormation makes buckets, tables and keys without some of their properties: " +
    'AWS CloudFormation Template Reference, AWS::S3::Bucket, AWS::DynamoDB::GlobalTable, AWS::KMS::Key',
  racesWithItself:
    'moto looks at a condition and writes in two steps, so that of many writers two may succeed: ' +
    'Amazon DynamoDB Developer Guide, "Condition expressions"; Amazon S3 User Guide, "Conditional writes"',
} as const;

/**
 * `test`; on moto, `test.failing`, so that the list above gets shorter when moto gets better.
 * @param difference why moto cannot keep the promise; printed
 */
export function testDespite(emulator: Store, difference: string) {
  if (emulator !== 'moto') return test;
  process.stdout.write(`${difference}\n`);
  return test.failing;
}

/**
 * `test`; on moto none, where it depends on luck whether the promise is kept.
 * @param difference why; printed
 */
export function testUnlessLuck(emulator: Store, difference: string) {
  if (emulator !== 'moto') return test;
  process.stdout.write(`${difference}\n`);
  return test.skip;
}
