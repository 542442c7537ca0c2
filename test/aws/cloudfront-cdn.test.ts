import { CloudFrontServiceException } from '@aws-sdk/client-cloudfront';
import { indexAdapters } from '#aws/index-adapters.ts';
import { ENVIRONMENT, startPorts, type TestRegistry } from '#test/support/registry-ports.ts';

const FOLDER = 'acme/v3.22/main/x86_64';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startPorts();
});
beforeEach(() => registry.forgotten.splice(0));
afterAll(() => registry.close());

const forget = async (...keys: string[]) => {
  await registry.ports.cdn.forget(keys);
  return registry.forgotten;
};

test('a file is forgotten as apk asks for it, and as CloudFront then looks for it', async () => {
  expect(await forget(`${FOLDER}/a-1.0-r0.apk`, `${FOLDER}/a-1.0-r0.apk`)).toEqual([
    `/${FOLDER}/a-1.0-r0.apk`,
  ]);
  registry.forgotten.splice(0);
  expect(await forget(`${FOLDER}/libstdc++-1.0-r0.apk`)).toEqual([
    `/${FOLDER}/libstdc%2B%2B-1.0-r0.apk`,
    `/${FOLDER}/libstdc++-1.0-r0.apk`,
  ]);
  registry.forgotten.splice(0);
  expect(await forget(`${FOLDER}/a-1.0~abc-r0.apk`)).toEqual([`/${FOLDER}/a-1.0%7Eabc-r0.apk`]);
});

test('many files of a folder are paid for as one path', async () => {
  const many = Array.from({ length: 16 }, (_, i) => `${FOLDER}/p${i}-1.0-r0.apk`);
  expect(await forget(...many, 'acme/v3.22/main/noarch/a-1.0-r0.apk')).toEqual([
    `/${FOLDER}/*`,
    '/acme/v3.22/main/noarch/a-1.0-r0.apk',
  ]);
});

test('more paths than CloudFront takes at once are sent in turn', async () => {
  const keys = Array.from({ length: 2500 }, (_, i) => `acme/edge/r${i}/x86_64/a-1.0-r0.apk`);
  expect(await forget(...keys)).toHaveLength(2500);
});

test('nothing is asked for nothing', async () => {
  expect(await forget()).toEqual([]);
});

test('a distribution that is not there is an error', async () => {
  const { cdn } = indexAdapters({ ...ENVIRONMENT, DISTRIBUTION_ID: 'ANOTHER' }, registry.standIns.clients);
  await expect(cdn.forget([`${FOLDER}/a-1.0-r0.apk`])).rejects.toThrow(CloudFrontServiceException);
});
