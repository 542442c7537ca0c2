import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { SQSEvent } from 'aws-lambda';
import { presigningClient } from '#aws/stand-in-clients.ts';
import { type StandIns, startStandIns } from '#local/stand-ins.ts';
import { registryFolder } from '#test/support/registry-folder.ts';
import { ENVIRONMENT } from '#test/support/registry-ports.ts';
import { keysIn } from './support.ts';

let folder: string;
let remove: () => Promise<void>;
beforeAll(async () => {
  ({ folder, remove } = await registryFolder());
});
afterAll(() => remove());

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

test('a file is told of in whatever way it comes in', async () => {
  const told: string[] = [];
  const standIns = await start(async ({ Records }) => {
    for (const { body } of Records) told.push(JSON.parse(body).Records[0].eventName);
  });
  const { s3 } = standIns.clients;
  const presigner = presigningClient(standIns.presigning);
  const url = await getSignedUrl(presigner, new PutObjectCommand(at('put')));
  expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(200);
  await s3.send(new CopyObjectCommand({ ...at('copy'), CopySource: `${ENVIRONMENT.INCOMING_BUCKET}/put` }));
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(at('parts')));
  const part = { PartNumber: 1, UploadId };
  const { ETag } = await s3.send(new UploadPartCommand({ ...at('parts'), ...part, Body: 'x' }));
  const MultipartUpload = { Parts: [{ ...part, ETag }] };
  await s3.send(new CompleteMultipartUploadCommand({ ...at('parts'), UploadId, MultipartUpload }));
  const form = new FormData();
  const presigned = await createPresignedPost(presigner, at('form'));
  for (const [name, value] of Object.entries(presigned.fields)) form.set(name, value);
  form.set('file', new Blob(['x']));
  expect((await fetch(presigned.url, { method: 'POST', body: form })).status).toBe(204);
  await standIns.ingestQueue.idle();
  const ways = ['Put', 'Copy', 'CompleteMultipartUpload', 'Post'];
  expect(told.sort()).toEqual(ways.map((way) => `ObjectCreated:${way}`).sort());
  presigner.destroy();
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
