import { Readable } from 'node:stream';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { adapters } from '#aws/adapters.ts';
import { REFUSALS, type Service } from '#test/events/refusals.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { ENVIRONMENT } from '#test/support/registry-ports.ts';
import { type ApiUnderTest, bearer, problemIn, put, startApi, throughCdn } from './api-under-test.ts';

const REPOSITORY = '/api/packages/acme/alpine/v3.22/main';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

/** The bytes in which a service refuses: S3 in XML, the others in JSON. */
function refusal(service: Service, { name, status }: { name: string; status: number }) {
  const isXml = service === 'S3';
  const body = isXml
    ? `<Error><Code>${name}</Code><Message>No.</Message></Error>`
    : JSON.stringify({ __type: `com.amazonaws#${name}`, message: 'No.' });
  const headers = { 'content-type': isXml ? 'application/xml' : 'application/x-amz-json-1.1' };
  return { response: { statusCode: status, headers, body: Readable.from([body]) } };
}

/** Adapters whose service answers nothing else, however often the SDK asks. */
function refusing(service: Service, each: { name: string; status: number }, seen: { tries: number }) {
  const handle = async () => {
    seen.tries += 1;
    return refusal(service, each) as never;
  };
  const config = {
    region: 'local',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestHandler: { handle },
  };
  const clients = {
    s3: new S3Client(config),
    dynamodb: new DynamoDBClient(config),
    kms: new KMSClient(config),
  };
  const { packages, records, signers, owners, publishers } = adapters(ENVIRONMENT, clients);
  if (service === 'S3') return { packages };
  return service === 'KMS' ? { signers } : { records, owners, publishers };
}

const cases = (['S3', 'DynamoDB', 'KMS'] as const).flatMap((service) =>
  REFUSALS[service].map((each) => ({ service, ...each })),
);

test('whoever meets a busy or failing service is told to come again, and when, once the SDK has tried thrice', async () => {
  const file = await buildPackage({ name: 'busy' });
  const answers = cases.map(async ({ service, ...each }) => {
    const seen = { tries: 0 };
    const app = api.with(refusing(service, each, seen));
    const response = await (service === 'KMS'
      ? app.request(`/acme/key`, { headers: { ...bearer(), ...throughCdn } })
      : app.request(REPOSITORY, put(file)));
    const { code, detail } = await problemIn(response);
    const { status, headers } = response;
    return { service, ...each, seen, answer: { status, code, detail, after: headers.get('retry-after') } };
  });
  for (const { seen, answer } of await Promise.all(answers)) {
    expect(answer).toEqual({
      status: 503,
      code: 'unavailable',
      detail: expect.stringContaining('Send it again in some seconds'),
      after: '5',
    });
    expect(seen.tries).toBeGreaterThanOrEqual(3);
  }
  expect(api.logged).toHaveLength(cases.length);
});

test('what a busy service kept from being published is published by the same request', async () => {
  const file = await buildPackage({ name: 'again' });
  const busy = refusing('S3', { name: 'SlowDown', status: 503 }, { tries: 0 });
  expect((await api.with(busy).request(REPOSITORY, put(file))).status).toBe(503);
  expect((await api.app.request(REPOSITORY, put(file))).status).toBe(201);
});
