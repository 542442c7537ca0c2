import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { synthesizedStack } from '#test/support/bundled-registry/synthesize.ts';

/** Of each, half of a start is V8 reading it: see docs/performance.md, "Start of the functions". */
const MOST_BYTES = 900 * 1024;

let bundles: { file: string; code: string; sources: string[] }[];
beforeAll(async () => {
  const directory = await synthesizedStack();
  const folders = readdirSync(directory).filter((name) => /^asset\.[0-9a-f]+$/.test(name));
  bundles = folders.map((folder) => {
    const file = join(directory, folder, 'index.js');
    const { sources } = JSON.parse(readFileSync(`${file}.map`, 'utf8'));
    return { file, code: readFileSync(file, 'utf8'), sources };
  });
}, 180_000);

test('every function brings the SDK that it was tested with, and no tool of deployment or of one machine', () => {
  expect(bundles).toHaveLength(4);
  for (const { sources } of bundles) {
    expect(sources.some((source) => source.includes('node_modules/@aws-sdk/client-s3/'))).toBe(true);
    expect(
      sources.filter((source) => /aws-cdk-lib|\/constructs\/|lib\/local\/|dynalite/.test(source)),
    ).toEqual([]);
  }
});

test('those that say who may read bring what signs for all regions, which nothing asks for by name', () => {
  const signing = bundles.filter(({ sources }) =>
    sources.some((source) => source.includes('node_modules/@smithy/signature-v4a/')),
  );
  const saying = bundles.filter(({ sources }) =>
    sources.some((source) => source.endsWith('lib/aws/keyvaluestore-readers.ts')),
  );
  expect(saying).toHaveLength(3);
  expect(signing).toEqual(saying);
});

test('a bundle is small enough to start quickly', () => {
  for (const { code } of bundles) expect(Buffer.byteLength(code)).toBeLessThan(MOST_BYTES);
});

test('every bundle is a module that exports an async handler of one or two parameters', () => {
  const environment = {
    PACKAGES_BUCKET: 'packages',
    TABLE_NAME: 'table',
    SIGNING_KEYS: 'key',
    INCOMING_BUCKET: 'incoming',
    REGISTRY_NAME: 'test',
    DISTRIBUTION_ID: 'EDFDVBD6EXAMPLE',
    READERS_ARN: 'arn:aws:cloudfront::123456789012:key-value-store/test',
    DEFAULT_VISIBILITY: 'private',
    ORIGIN_SECRET: 'x'.repeat(48),
    PUBLIC_URL: 'https://d111111abcdef8.cloudfront.net',
    RECONCILE_FUNCTION: 'reconcile',
    AWS_REGION: 'eu-west-1',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  for (const { file } of bundles) {
    const before = { ...process.env };
    Object.assign(process.env, environment);
    try {
      const { handler } = require(file);
      expect(handler.constructor.name).toBe('AsyncFunction');
      expect(handler.length).toBeLessThan(3);
    } finally {
      process.env = before;
    }
  }
});
