import { LiveRegistry } from './live-registry.ts';
import type { RegistryClient } from './registry-client.ts';
import { RunningRegistry } from './running-registry.ts';

declare global {
  /** Set by the project of jest.config.js that runs the test. */
  var alpenglowProgram: 'bundles' | undefined;
}

/** The first start of a run builds what is started, too. */
const START_TIMEOUT_MS = 180_000;

const { ALPENGLOW_URL: liveUrl, ALPENGLOW_TOKEN: liveToken = '' } = process.env;
const isLive = liveUrl !== undefined && liveUrl !== '';

/**
 * The registry that the tests of a file drive, from before the first to after the last one: the deployment
 * at ALPENGLOW_URL, else one that is started, of the sources or of the bundles.
 */
export function registryUnderTest(): RegistryClient {
  return isLive ? duringTests(new LiveRegistry({ url: liveUrl, token: liveToken })) : startedRegistry();
}

/** One that is always started: for tests that end it, or look into what it keeps. */
export const startedRegistry = (): RunningRegistry =>
  duringTests(new RunningRegistry(globalThis.alpenglowProgram));

/** `describe` where registries are started; of a deployment the tests are skipped, and it is said why. */
export const describeStarted = isLive ? describe.skip : describe;
if (isLive) {
  process.stdout.write(`testing ${liveUrl}; tests that need the process or its folder are skipped\n`);
}

function duringTests<Registry extends RegistryClient>(registry: Registry): Registry {
  beforeAll(() => registry.start(), START_TIMEOUT_MS);
  afterAll(() => registry.close(), START_TIMEOUT_MS);
  return registry;
}
