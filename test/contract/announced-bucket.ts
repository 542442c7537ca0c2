import { randomUUID } from 'node:crypto';
import { PutBucketNotificationConfigurationCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { S3EventRecord, SQSEvent } from 'aws-lambda';
import { openAll } from '#local/open-all.ts';
import type { Emulator } from '#test/support/emulators.ts';
import { startMoto } from '#test/support/moto.ts';
import { ENVIRONMENT, startPorts } from '#test/support/registry-ports.ts';
import { until } from '#test/support/until.ts';
import { makeVersionedBucket } from './s3-under-test.ts';

/** A versioned bucket that tells a queue what the deployed one does. */
export interface AnnouncedBucket {
  client: S3Client;
  bucket: string;
  /** All messages about what was done to the bucket since the last call, as a function gets them. */
  receive(): Promise<SQSEvent>;
  close(): Promise<void>;
}

export function startAnnouncedBucket(emulator: Emulator): Promise<AnnouncedBucket> {
  return emulator === 'moto' ? startInMoto() : startStandIn();
}

/** What S3 says in a batch of messages; its test message says nothing. */
export const s3RecordsIn = ({ Records }: Pick<SQSEvent, 'Records'>): S3EventRecord[] =>
  Records.flatMap(({ body }) => JSON.parse(body).Records ?? []);

async function startStandIn(): Promise<AnnouncedBucket> {
  const messages: SQSEvent['Records'] = [];
  const { standIns, close } = await startPorts(async ({ Records }) => {
    messages.push(...Records);
    return { batchItemFailures: [] };
  });
  const bucket = { client: standIns.clients.s3, bucket: ENVIRONMENT.PACKAGES_BUCKET };
  return { ...bucket, receive: receiveFrom(bucket, messages), close };
}

function startInMoto(): Promise<AnnouncedBucket> {
  return openAll(async (keep) => {
    const { config } = keep(await startMoto());
    const client = new S3Client({ ...config, forcePathStyle: true });
    const sqs = new SQSClient({ ...config, useQueueUrlAsEndpoint: false });
    for (const each of [client, sqs]) keep({ close: () => each.destroy() });
    const bucket = 'packages';
    await makeVersionedBucket(client, bucket);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'index' }));
    await announce(client, bucket, `arn:aws:sqs:${config.region}:123456789012:index`);
    const messages: SQSEvent['Records'] = [];
    const fetchMore = async () => {
      const { Messages } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          MessageSystemAttributeNames: ['ApproximateReceiveCount'],
        }),
      );
      for (const { MessageId: messageId, Body: body, Attributes: attributes } of Messages ?? []) {
        messages.push({ messageId, body, attributes } as SQSEvent['Records'][number]);
      }
    };
    return { client, bucket, receive: receiveFrom({ client, bucket }, messages, fetchMore) };
  });
}

/** As lib/constructs/packages-bucket.ts has it. */
const announce = (client: S3Client, bucket: string, QueueArn: string) =>
  client.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: bucket,
      NotificationConfiguration: {
        QueueConfigurations: (['s3:ObjectCreated:*', 's3:ObjectRemoved:*'] as const).map((event) => ({
          QueueArn,
          Events: [event],
          Filter: { Key: { FilterRules: [{ Name: 'suffix', Value: '.apk' }] } },
        })),
      },
    }),
  );

/** Neither emulator reorders: when a last change is told, so are all before it. */
function receiveFrom(
  { client, bucket }: Pick<AnnouncedBucket, 'client' | 'bucket'>,
  messages: SQSEvent['Records'],
  fetchMore: () => Promise<void> = async () => {},
): () => Promise<SQSEvent> {
  return async () => {
    const Key = `last-change-${randomUUID()}.apk`;
    const isLast = (message: SQSEvent['Records'][number]) => message.body.includes(Key);
    await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'x' }));
    await until('the last change is told', async () => {
      await fetchMore();
      return messages.some(isLast);
    });
    return { Records: messages.splice(0).filter((message) => !isLast(message)) };
  };
}
