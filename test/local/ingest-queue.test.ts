import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { SQSEvent } from 'aws-lambda';
import { type StandIns, startStandIns } from '#local/stand-ins.ts';
import { ENVIRONMENT } from '#test/support/registry-ports.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';
import { keysIn } from './support.ts';

let folder: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ folder, remove } = await temporaryFolder());
});
afterEach(() => remove());

const start = (ingest: (event: SQSEvent) => Promise<void>, errors: unknown[] = []): Promise<StandIns> =>
  startStandIns({
    folder,
    environment: ENVIRONMENT,
    delivery: { batchWindow: 5 },
    createHandler: () => async (event) => {
      throw new Error(`the index was told of ${keysIn(event)}`);
    },
    createIngestHandler: () => async (event) => {
      await ingest(event);
      return { batchItemFailures: [] };
    },
    onError: (error) => errors.push(error),
  });

const at = (Key: string) => ({ Bucket: ENVIRONMENT.INCOMING_BUCKET, Key });

test('each file that comes in is told of alone, whatever its name, and none that is taken away', async () => {
  const told: string[][] = [];
  const errors: unknown[] = [];
  const standIns = await start(async (event) => void told.push(keysIn(event)), errors);
  for (const key of ['0b7c', 'hello-1.0-r0.apk']) {
    await standIns.clients.s3.send(new PutObjectCommand({ ...at(key), Body: 'x' }));
  }
  await standIns.clients.s3.send(new DeleteObjectCommand(at('0b7c')));
  await standIns.ingestQueue.idle();
  expect(told).toEqual([['0b7c'], ['hello-1.0-r0.apk']]);
  expect(errors).toEqual([]);
  await standIns.close();
});

test('a file whose ingest failed is told of again, also after a restart', async () => {
  const failing = async () => {
    throw new Error('not now');
  };
  const errors: unknown[] = [];
  const first = await start(failing, errors);
  await first.clients.s3.send(new PutObjectCommand({ ...at('0b7c'), Body: 'x' }));
  await expect(Promise.all([first.ingestQueue.idle(), first.close()])).rejects.toThrow('was closed before');
  const told: string[] = [];
  let failures = 2;
  const second = await start(async (event) => {
    if (failures-- > 0) await failing();
    told.push(...keysIn(event));
  });
  await second.ingestQueue.idle();
  expect(told).toEqual(['0b7c']);
  await second.close();
});
