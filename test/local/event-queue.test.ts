import type { SQSEvent } from 'aws-lambda';
import { EventQueue, type EventQueueOptions } from '#local/event-queue.ts';
import { eventRecord } from '#local/s3-event.ts';
import { keysIn } from './support.ts';

const nothingFailed = { batchItemFailures: [] };

function entry(key: string) {
  const object = { key, etag: '"abc"', size: 1, lastModified: 0, contentType: 'x', checksums: {} };
  return {
    id: key,
    record: eventRecord({ bucket: 'packages', event: 'ObjectCreated:Put', object }, '01', 'eu-central-1'),
  };
}

/** A queue that notes what was acknowledged. */
function startQueue(handler: EventQueueOptions['handler'], options: Partial<EventQueueOptions> = {}) {
  const acknowledged: string[] = [];
  const queue = new EventQueue({
    handler,
    acknowledge: async ({ id }) => {
      acknowledged.push(id);
    },
    onError: () => {},
    queueArn: 'arn:aws:sqs:eu-central-1:000000000000:index',
    region: 'eu-central-1',
    batchWindow: 0,
    retryDelay: 1,
    maxRetryDelay: 8,
    ...options,
  });
  return { queue, acknowledged };
}

test('a handler gets what Lambda would give it', async () => {
  const events: SQSEvent[] = [];
  const { queue } = startQueue(async (event) => {
    events.push(event);
    return nothingFailed;
  });
  queue.send(entry('libstdc++ 1.apk'));
  await queue.idle();
  expect(events).toMatchObject([
    {
      Records: [
        {
          messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          receiptHandle: expect.any(String),
          attributes: { ApproximateReceiveCount: '1' },
          messageAttributes: {},
          md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
          eventSource: 'aws:sqs',
          eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:index',
          awsRegion: 'eu-central-1',
        },
      ],
    },
  ]);
  const body = JSON.parse(events[0]?.Records[0]?.body ?? '');
  expect(body.Records).toMatchObject([
    {
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      eventName: 'ObjectCreated:Put',
      s3: {
        bucket: { name: 'packages' },
        object: { key: 'libstdc%2B%2B+1.apk', size: 1, eTag: 'abc', sequencer: '01' },
      },
    },
  ]);
});

test('messages sent within the window arrive together, never more than a batch holds', async () => {
  const sizes: number[] = [];
  const { queue } = startQueue(
    async (event) => {
      sizes.push(event.Records.length);
      return nothingFailed;
    },
    { batchSize: 4, batchWindow: 5 },
  );
  for (let count = 0; count < 10; count++) queue.send(entry(`${count}`));
  await queue.idle();
  expect(sizes).toEqual([4, 4, 2]);
});

test('only the messages that failed come back, and are acknowledged once they succeed', async () => {
  const received: string[][] = [];
  const { queue, acknowledged } = startQueue(async (event) => {
    received.push(keysIn(event));
    const bad = event.Records.filter(
      (record) => record.body.includes('bad') && Number(record.attributes.ApproximateReceiveCount) < 4,
    );
    return { batchItemFailures: bad.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  });
  queue.send(entry('good'));
  queue.send(entry('bad'));
  await queue.idle();
  expect(received).toEqual([['good', 'bad'], ['bad'], ['bad'], ['bad']]);
  expect(acknowledged).toEqual(['good', 'bad']);
});

test.each([
  ['throws', () => Promise.reject(new Error('boom'))],
  ['names a message it did not get', async () => ({ batchItemFailures: [{ itemIdentifier: 'unknown' }] })],
  ['names no message', async () => ({ batchItemFailures: [{ itemIdentifier: '' }] })],
])('when the handler %s, the whole batch comes back', async (_, fail) => {
  let calls = 0;
  const { queue, acknowledged } = startQueue(async () => (calls++ === 0 ? fail() : nothingFailed));
  queue.send(entry('a'));
  queue.send(entry('b'));
  await queue.idle();
  expect(calls).toBeGreaterThan(1);
  expect(acknowledged.sort()).toEqual(['a', 'b']);
});

test('no more batches run at once than allowed', async () => {
  let running = 0;
  let most = 0;
  const { queue } = startQueue(
    async () => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
      return nothingFailed;
    },
    { batchSize: 1, concurrency: 2 },
  );
  for (let count = 0; count < 10; count++) queue.send(entry(`${count}`));
  await queue.idle();
  expect(most).toBe(2);
});

test('on demand, every message is delivered twice and acknowledged once, after both', async () => {
  const received: string[] = [];
  const { queue, acknowledged } = startQueue(
    async (event) => {
      received.push(...keysIn(event));
      return nothingFailed;
    },
    { duplicate: true, shuffle: true, batchSize: 3 },
  );
  for (const key of ['a', 'b', 'c', 'd']) queue.send(entry(key));
  await queue.idle();
  expect(received.sort()).toEqual(['a', 'a', 'b', 'b', 'c', 'c', 'd', 'd']);
  expect(acknowledged.sort()).toEqual(['a', 'b', 'c', 'd']);
});

test('closing waits for the batch in flight and leaves the rest unacknowledged', async () => {
  let finish = () => {};
  let started = () => {};
  const running = new Promise<void>((resolve) => {
    started = resolve;
  });
  const { queue, acknowledged } = startQueue(
    async () => {
      started();
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return nothingFailed;
    },
    { batchSize: 1 },
  );
  queue.send(entry('in flight'));
  queue.send(entry('waiting'));
  await running;
  const idle = queue.idle();
  const closed = queue.close();
  finish();
  await closed;
  expect(acknowledged).toEqual(['in flight']);
  await expect(idle).rejects.toThrow('closed');
});
