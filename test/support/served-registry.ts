import { type RunningRegistry, startRegistry } from '#local/registry.ts';
import { alpenglow, type Ended } from './alpenglow.ts';
import { registryFolder } from './registry-folder.ts';

/** It has every right. */
export const START_TOKEN = 'token-of-every-right';

export interface ServedRegistry {
  registry: RunningRegistry;
  /** Runs `alpenglow` with the start token, or as the environment says. */
  run(args: string[], environment?: NodeJS.ProcessEnv): Promise<Ended>;
  /** Makes a token of these rights. */
  token(right: string): Promise<string>;
  close(): Promise<void>;
}

/** A registry of one machine, and the command that speaks with it; any error of the registry's own fails the test. */
export async function serveRegistry(): Promise<ServedRegistry> {
  const { folder, remove } = await registryFolder();
  const failures: unknown[] = [];
  const onError = (error: unknown) => failures.push(error);
  const registry = await startRegistry({ port: 0, folder, token: START_TOKEN, onError });
  const run = (args: string[], environment: NodeJS.ProcessEnv = { ALPENGLOW_TOKEN: START_TOKEN }) =>
    alpenglow(args, { ALPENGLOW_URL: registry.url, ...environment });
  return {
    registry,
    run,
    async token(right) {
      return (await run(['token', 'create', '--name', 'test', '--right', right])).stdout.trim();
    },
    async close() {
      await registry.close();
      await remove();
      expect(failures).toEqual([]);
    },
  };
}
