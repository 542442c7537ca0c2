import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { adapters } from '#aws/adapters.ts';
import { type StandIns, startStandIns } from '#local/stand-ins.ts';
import type { Environment } from '#registry/environment.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const ENVIRONMENT: Environment = {
  PACKAGES_BUCKET: 'packages',
  TABLE_NAME: 'alpenglow',
  SIGNING_KEYS: ['signing-key'],
  REGISTRY_NAME: 'test',
};

export type RegistryPorts = ReturnType<typeof adapters> & { clock(): number };

export interface TestRegistry {
  ports: RegistryPorts;
  standIns: StandIns;
  close(): Promise<void>;
}

/** The real adapters over the stand-ins, in a folder of their own; events are handled as the test says. */
export async function startPorts(
  handleEvents: (event: SQSEvent) => Promise<SQSBatchResponse> = async () => ({ batchItemFailures: [] }),
): Promise<TestRegistry> {
  const { folder, remove } = await temporaryFolder();
  const standIns = await startStandIns({
    folder,
    environment: ENVIRONMENT,
    delivery: { batchWindow: 5 },
    createHandler: () => handleEvents,
    onError: (error) => {
      throw error;
    },
  });
  const ports = { ...adapters(ENVIRONMENT, standIns.clients), clock: Date.now };
  return {
    ports,
    standIns,
    async close() {
      await standIns.close();
      await remove();
    },
  };
}
