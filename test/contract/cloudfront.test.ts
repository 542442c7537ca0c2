import { CloudFrontClient, CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';
import { createCloudFrontEndpoint } from '#local/cloudfront-endpoint.ts';
import { type Listening, listen } from '#local/listen.ts';

const DISTRIBUTION = 'EDFDVBD6EXAMPLE';
const ACCESS_KEY = 'AKIDEXAMPLE';

const forgotten: (readonly string[])[] = [];
let server: Listening;
let client: CloudFrontClient;

const clientOf = (accessKeyId: string) =>
  new CloudFrontClient({
    endpoint: server.url,
    region: 'eu-central-1',
    credentials: { accessKeyId, secretAccessKey: 'unused' },
  });
beforeAll(async () => {
  server = await listen(
    createCloudFrontEndpoint({
      distributionId: DISTRIBUTION,
      accessKeyId: ACCESS_KEY,
      forget: (paths) => forgotten.push(paths),
    }),
  );
  client = clientOf(ACCESS_KEY);
});
afterAll(async () => {
  client.destroy();
  await server.close();
});

const invalidate = (Items: string[], changes: { Quantity?: number; DistributionId?: string } = {}) => {
  const { Quantity = Items.length, DistributionId = DISTRIBUTION } = changes;
  const InvalidationBatch = { CallerReference: 'once', Paths: { Quantity, Items } };
  return client.send(new CreateInvalidationCommand({ DistributionId, InvalidationBatch }));
};

test('an invalidation is taken, and read back', async () => {
  const { Invalidation } = await invalidate(['/a/*', '/b%7E&c']);
  expect(Invalidation).toMatchObject({
    Status: 'InProgress',
    InvalidationBatch: { CallerReference: 'once', Paths: { Quantity: 2, Items: ['/a/*', '/b%7E&c'] } },
  });
  expect(forgotten.at(-1)).toEqual(['/a/*', '/b%7E&c']);
});

test.each([
  ['a path without a slash before it', ['a'], {}, 'InvalidArgument'],
  ['a wildcard that is not at the end', ['/a*b'], {}, 'InvalidArgument'],
  ['an unsafe character', ['/a~b'], {}, 'InvalidArgument'],
  ['no path', [], {}, 'InvalidArgument'],
  ['a wrong quantity', ['/a'], { Quantity: 2 }, 'InconsistentQuantities'],
  ['too many paths', Array<string>(3001).fill('/a'), {}, 'BatchTooLarge'],
  ['another distribution', ['/a'], { DistributionId: 'OTHER' }, 'NoSuchDistribution'],
])('%s is refused', async (_case, paths, changes, name) => {
  const before = forgotten.length;
  await expect(invalidate(paths, changes)).rejects.toMatchObject({ name });
  expect(forgotten).toHaveLength(before);
});

test('a stranger is refused', async () => {
  const stranger = clientOf('AKIDSTRANGER');
  const InvalidationBatch = { CallerReference: 'once', Paths: { Quantity: 1, Items: ['/a'] } };
  const command = new CreateInvalidationCommand({ DistributionId: DISTRIBUTION, InvalidationBatch });
  await expect(stranger.send(command)).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  stranger.destroy();
});
