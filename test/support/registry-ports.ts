import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { indexAdapters } from '#aws/index-adapters.ts';
import { readerAdapters } from '#aws/reader-adapters.ts';
import { uploadAdapters } from '#aws/upload-adapters.ts';
import { errorObserver } from '#local/error-observer.ts';
import { type StandInEnvironment, type StandIns, startStandIns } from '#local/stand-ins.ts';
import type { ReaderEnvironment } from '#registry/environment.ts';
import type { Observer } from '#registry/observer.ts';
import { visibilityKey } from '#registry/readers.ts';
import { registryFolder } from './registry-folder.ts';

export const ENVIRONMENT: StandInEnvironment & ReaderEnvironment = {
  PACKAGES_BUCKET: 'packages',
  INCOMING_BUCKET: 'incoming',
  TABLE_NAME: 'alpenglow',
  SIGNING_KEYS: ['signing-key'],
  REGISTRY_NAME: 'test',
  DISTRIBUTION_ID: 'EDFDVBD6EXAMPLE',
  READERS_ARN: 'arn:aws:cloudfront::123456789012:key-value-store/test',
  DEFAULT_VISIBILITY: 'private',
};

/** For whom it does not matter what is told. */
export const silentObserver = errorObserver(() => {});

export type RegistryPorts = ReturnType<typeof indexAdapters> &
  ReturnType<typeof readerAdapters> &
  ReturnType<typeof uploadAdapters> & { clock(): number; observer: Observer };

export interface TestRegistry {
  ports: RegistryPorts;
  standIns: StandIns;
  /** The paths whose copies CloudFront was asked to drop, in the order of the requests. */
  forgotten: string[];
  close(): Promise<void>;
}

type HandleEvents = (event: SQSEvent) => Promise<SQSBatchResponse>;

const ignoreEvents: HandleEvents = async () => ({ batchItemFailures: [] });

/** The real adapters over the stand-ins, in a folder of their own; events are handled as the test says. */
export async function startPorts(
  handleEvents: HandleEvents = ignoreEvents,
  handleArrivals: HandleEvents = ignoreEvents,
): Promise<TestRegistry> {
  const { folder, remove } = await registryFolder();
  const forgotten: string[] = [];
  const standIns = await startStandIns({
    folder,
    environment: ENVIRONMENT,
    delivery: { batchWindow: 5 },
    createHandler: () => handleEvents,
    createIngestHandler: () => handleArrivals,
    forget: (paths) => forgotten.push(...paths),
    onError: (error) => {
      throw error;
    },
  });
  const ports = {
    ...indexAdapters(ENVIRONMENT, standIns.clients),
    ...readerAdapters(ENVIRONMENT, standIns.clients),
    ...uploadAdapters(ENVIRONMENT, standIns.clients),
    clock: Date.now,
    observer: silentObserver,
  };
  await ports.readers.update(new Map([[visibilityKey(), ENVIRONMENT.DEFAULT_VISIBILITY]]));
  return {
    ports,
    standIns,
    forgotten,
    async close() {
      await standIns.close();
      await remove();
    },
  };
}
