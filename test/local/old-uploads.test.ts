import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateMultipartUploadCommand, UploadPartCommand } from '@aws-sdk/client-s3';
import { PARTS_BUCKET } from '#local/multipart-uploads.ts';
import { LOCAL_ENVIRONMENT } from '#local/registry.ts';
import { startStandIns } from '#local/stand-ins.ts';
import { registryFolder } from '#test/support/registry-folder.ts';
import { until } from '#test/support/until.ts';

const DAY = 24 * 60 * 60 * 1000;

afterEach(() => jest.restoreAllMocks());

test('parts that nobody puts together do not fill the disk of a registry that is never restarted', async () => {
  const { folder, remove } = await registryFolder();
  const standIns = await startStandIns({
    folder,
    environment: LOCAL_ENVIRONMENT,
    delivery: { batchWindow: 0 },
    createHandler: () => async () => ({ batchItemFailures: [] }),
    onError(error) {
      throw error;
    },
    cleanupInterval: 10,
  });
  try {
    const { s3 } = standIns.clients;
    const to = { Bucket: LOCAL_ENVIRONMENT.INCOMING_BUCKET, Key: 'left' };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(to));
    await s3.send(new UploadPartCommand({ ...to, UploadId, PartNumber: 1, Body: 'part' }));
    const parts = () => readdir(join(folder, 'objects', PARTS_BUCKET));
    expect(await parts()).toHaveLength(2);
    const now = Date.now();
    jest.spyOn(Date, 'now').mockImplementation(() => now + DAY + 60_000);
    await until('nothing is left of it', async () => (await parts()).length === 0);
  } finally {
    await standIns.close();
    await remove();
  }
});
