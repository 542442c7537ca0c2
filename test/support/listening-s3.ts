import { randomUUID } from 'node:crypto';
import { presigningClient } from '#aws/stand-in-clients.ts';
import { listen } from '#local/listen.ts';
import { PARTS_BUCKET } from '#local/multipart-uploads.ts';
import { ObjectStore } from '#local/object-store.ts';
import { openAll } from '#local/open-all.ts';
import { createS3Endpoint } from '#local/s3-endpoint.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Our S3 on a port of its own, with one bucket, `incoming`, for requests of any kind. */
export const startListeningS3 = () =>
  openAll(async (keep) => {
    const { folder, remove } = await temporaryFolder();
    keep({ close: remove });
    const store = await ObjectStore.open(folder, ['incoming', PARTS_BUCKET]);
    const accessKeyId = randomUUID();
    const credentials = { accessKeyId: randomUUID(), secretAccessKey: randomUUID() };
    const s3 = createS3Endpoint({
      store,
      accessKeyId,
      presigning: credentials,
      onError: (error) => {
        throw error;
      },
    });
    const { url } = keep(await listen(s3));
    const presigner = presigningClient({ endpoint: url, region: 'eu-central-1', credentials });
    keep({ close: () => presigner.destroy() });
    return { s3, url, store, folder, presigner, credentials, accessKeyId };
  });

export type ListeningS3 = Awaited<ReturnType<typeof startListeningS3>>;
