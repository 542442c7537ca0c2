import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import type { IndexClients } from './index-adapters.ts';
import { makeKeyValueStoreClient } from './keyvaluestore-client.ts';
import type { ReaderClients } from './reader-adapters.ts';
import type { UploadClients } from './upload-adapters.ts';

/** Where the stand-ins of one machine listen, and what they know us by. */
export interface Endpoints {
  s3: string;
  dynamodb: string;
  kms: string;
  cloudfront: string;
  keyvaluestore: string;
  region: string;
  accessKeyId: string;
}

/** Where presigned URLs and forms lead to, and what they verify with. */
export interface PresigningEndpoint {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
}

export type StandInClients = IndexClients & ReaderClients & UploadClients;

/**
 * Clients of the stand-ins, which look at nothing of the credentials but the id.
 * @param presigning what URLs are signed with, which are verified; by default nothing that is taken
 */
export function standInClients(
  { region, accessKeyId, ...endpoints }: Endpoints,
  presigning: PresigningEndpoint['credentials'] = { accessKeyId: 'nobody', secretAccessKey: 'none' },
): StandInClients {
  const shared = { region, credentials: { accessKeyId, secretAccessKey: 'not-checked' } };
  return {
    // What is read was compared when it was stored; a checksum of a gigabyte would only take its time.
    s3: new S3Client({
      ...shared,
      endpoint: endpoints.s3,
      forcePathStyle: true,
      responseChecksumValidation: 'WHEN_REQUIRED',
    }),
    presigner: presigningClient({ endpoint: endpoints.s3, region, credentials: presigning }),
    dynamodb: new DynamoDBClient({ ...shared, endpoint: endpoints.dynamodb }),
    kms: new KMSClient({ ...shared, endpoint: endpoints.kms }),
    cloudfront: new CloudFrontClient({ ...shared, endpoint: endpoints.cloudfront }),
    keyvaluestore: makeKeyValueStoreClient(shared, endpoints.keyvaluestore),
  };
}

/** A client for the SDK's presigners. They know no body, so its checksum must be what the caller says, or none. */
export const presigningClient = (endpoint: PresigningEndpoint): S3Client =>
  new S3Client({ ...endpoint, forcePathStyle: true, requestChecksumCalculation: 'WHEN_REQUIRED' });

export function closeClients(clients: StandInClients): void {
  for (const client of Object.values(clients)) client.destroy();
}
