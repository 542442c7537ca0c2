import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { gzipSync } from 'node:zlib';
import { type DeployedFunction, readAssembly } from '#test/support/bundled-registry/assembly.ts';
import { lambdaEnvironment } from '#test/support/bundled-registry/lambda-environment.ts';
import { synthesizedStack } from '#test/support/bundled-registry/synthesize.ts';
import { median } from './quantile.ts';
import { tableOf } from './table.ts';

const RUNS = 9;

const NOTHING = 'Node alone';
const COLUMNS = ['started', 'bytes', 'with gzip', 'start ms', 'beyond Node ms'];

/** What a variable that the template refers elsewhere for may be, to be read and not used. */
const SOME_VALUE = 'https://d111111abcdef8.cloudfront.net';
const ENDPOINTS = {
  s3: '',
  dynamodb: '',
  kms: '',
  lambda: '',
  cloudfront: '',
  keyvaluestore: '',
  region: 'eu-west-1',
  accessKeyId: 'a',
  secretAccessKey: 'b',
};

/**
 * The bundles of the Lambdas: their size, and what a cold start spends on loading them: a new Node process that
 * requires one with its environment set, beside one that requires nothing, one that requires the SDK's S3 client from
 * node_modules, and one that has Node read the source map, too. They take turns, so that a busy machine slows all alike.
 */
export async function benchBundles(): Promise<string[]> {
  const { viewerFunction, ...functions } = readAssembly(await synthesizedStack());
  const times = timeInTurns({
    [NOTHING]: { module: 'node:module', environment: {} },
    '@aws-sdk/client-s3, not bundled': { module: '@aws-sdk/client-s3', environment: {} },
    ...Object.fromEntries(Object.entries(functions).map(([name, each]) => [name, startOf(each)])),
    'api, --enable-source-maps': withSourceMaps(startOf(functions.api)),
  });
  const sizes = new Map(Object.entries(functions).map(([name, { file }]) => [name, sizeOf(file)]));
  const own = times.get(NOTHING) ?? 0;
  const rows = [...times].map(([name, milliseconds]) => [
    name,
    ...(sizes.get(name) ?? ['', '']),
    milliseconds.toFixed(0),
    (milliseconds - own).toFixed(0),
  ]);
  const viewer = ['viewer function', String(Buffer.byteLength(viewerFunction)), '', '', ''];
  return tableOf(COLUMNS, [...rows, viewer]);
}

interface Start {
  module: string;
  environment: Record<string, string>;
}

function startOf({ file, variables }: DeployedFunction): Start {
  const resolved = Object.fromEntries(Object.keys(variables).map((name) => [name, SOME_VALUE]));
  return { module: file, environment: lambdaEnvironment(variables, resolved, ENDPOINTS) };
}

const withSourceMaps = ({ module, environment }: Start): Start => ({
  module,
  environment: { ...environment, NODE_OPTIONS: '--enable-source-maps' },
});

function sizeOf(file: string): string[] {
  const code = readFileSync(file);
  return [code.length, gzipSync(code).length].map(String);
}

/** @returns the median of each, in milliseconds */
function timeInTurns(starts: Record<string, Start>): Map<string, number> {
  const times = new Map<string, number[]>(Object.keys(starts).map((name) => [name, []]));
  for (let run = 0; run < RUNS; run++) {
    for (const [name, start] of Object.entries(starts)) times.get(name)?.push(timeStart(start));
  }
  return new Map([...times].map(([name, each]) => [name, median(each)]));
}

function timeStart({ module, environment }: Start): number {
  const begin = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['-e', `require(${JSON.stringify(module)})`], {
    env: environment,
  });
  if (status !== 0) throw new Error(`${module} cannot be loaded: ${stderr}`);
  return performance.now() - begin;
}
