// The SDK's warning, once a worker, that it will leave Node 20.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const shared = {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/support/once-a-run/global-setup.ts',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
};

/** Everything, over the sources. */
const sources = {
  ...shared,
  displayName: 'sources',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['<rootDir>/test/e2e/bundles/'],
};

/** What a user sees, once more over what `cdk deploy` would deploy. */
const bundles = {
  ...shared,
  displayName: 'bundles',
  testMatch: [
    '<rootDir>/test/e2e/bundles/*.test.ts',
    '<rootDir>/test/e2e/{apk-client,apk-good-packages,apk-noarch,burst,soak,http,http-*}.test.ts',
  ],
  globals: { alpenglowProgram: 'bundles' },
};

/** A deployment somewhere, which is far away and shows an index ten seconds late. */
const live = {
  ...shared,
  displayName: 'live',
  testMatch: ['<rootDir>/test/e2e/*.test.ts'],
};

/** One for each core: by default jest leaves a core to itself, and has one worker where there are two. */
const maxWorkers = '100%';

/** @type {import('jest').Config} */
export default process.env.ALPENGLOW_URL
  ? { projects: [live], maxWorkers, testTimeout: 180_000 }
  : { projects: [sources, bundles], maxWorkers, testTimeout: 30_000 };
