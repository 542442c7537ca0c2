import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { indexKey, packageKey } from '#registry/object-keys.ts';
import type { IndexName } from '#registry/ports.ts';
import { updateIndexes } from '#registry/update-indexes.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { outputOf, valuesByName } from '#test/support/captured-output.ts';
import { dyingAt, wrapping } from '#test/support/interrupted.ts';
import { type ObservedHandlers, startObserved } from '#test/support/observed-handlers.ts';
import { until } from '#test/support/until.ts';

const positive = [expect.any(Number)];

let handlers: ObservedHandlers;
beforeAll(async () => {
  handlers = await startObserved();
});
afterAll(() => handlers.close());

let repositories = 0;
let index: IndexName;
let address: string;
beforeEach(() => {
  index = { owner: 'acme', branch: 'v3.22', repository: `repo${repositories++}`, arch: 'x86_64' };
  address = `/api/packages/acme/alpine/v3.22/${index.repository}`;
});

const put = async (name: string) => ({ method: 'PUT', body: await buildPackage({ name }) });
const publish = async (name: string) => outputOf(async () => handlers.ask(address, await put(name)));

/** What the bucket announces of `count` changes of the test's repository, once it has. */
async function announced(count: number): Promise<SQSEvent> {
  const batch: SQSEvent = { Records: [] };
  await until(`${count} events`, async () => {
    const isOurs = ({ body }: SQSRecord) => body.includes(`/${index.repository}/`);
    batch.Records.push(...handlers.announced().Records.filter(isOurs));
    return batch.Records.length >= count;
  });
  return batch;
}

test('a publish is counted and logged by its key', async () => {
  const { metrics, log } = await publish('foo');
  expect(valuesByName(metrics)).toEqual({ Published: [1] });
  expect(log).toEqual([
    expect.objectContaining({
      level: 'INFO',
      message: 'published',
      key: packageKey({ ...index, name: 'foo', version: '1.0-r0' }),
      publishedBy: 'bootstrap',
      registry: 'test',
      requestId: expect.stringMatching(/^request-/),
    }),
  ]);
});

test('a delete is counted', async () => {
  await publish('foo');
  const file = `${address}/x86_64/foo-1.0-r0.apk`;
  const { metrics, log } = await outputOf(() => handlers.ask(file, { method: 'DELETE' }));
  expect(valuesByName(metrics)).toEqual({ Deleted: [1] });
  expect(log).toEqual([expect.objectContaining({ message: 'deleted' })]);
});

test.each([
  [
    'unauthorized',
    async () => handlers.ask(address, { ...(await put('foo')), headers: { authorization: '' } }),
  ],
  ['android-package', () => handlers.ask(address, { method: 'PUT', body: 'PK\x03\x04' })],
  ['bad-wait', () => handlers.ask(`${address}?wait=soon`, { method: 'PUT', body: 'x' })],
  ['no-such-path', () => handlers.ask('/wp-login.php')],
])('a refusal is counted as %s, and as nothing else', async (code, request) => {
  const { metrics, log } = await outputOf(request);
  expect(valuesByName(metrics)).toEqual({ [`Rejected ${code}`]: [1] });
  expect(log).toEqual([]);
});

test('a publish of what is there is a refusal, and no publish', async () => {
  await publish('foo');
  const { metrics } = await publish('foo');
  expect(valuesByName(metrics)).toEqual({ 'Rejected already-published': [1] });
});

test('a failure of the registry is logged, and no refusal', async () => {
  const records = dyingAt(handlers.ports.records, 'claim', 'before');
  const { metrics, log } = await outputOf(async () => handlers.ask(address, await put('foo'), { records }));
  expect(metrics).toEqual([]);
  expect(log).toEqual([
    expect.objectContaining({ level: 'ERROR', message: 'died before claim', requestId: expect.any(String) }),
  ]);
});

test('a batch of two changes of one index is one update, one write, and the age of each change', async () => {
  await publish('foo');
  await publish('bar');
  const batch = await announced(2);
  const { metrics, log } = await outputOf(() => handlers.index(batch));
  expect(valuesByName(metrics)).toEqual({
    IndexWrites: [1],
    IndexUpdateTime: positive,
    EventAge: [...positive, ...positive],
  });
  expect(log).toEqual([]);
});

test('an age is that of the event: S3 says when, not the queue', async () => {
  await publish('foo');
  const batch = await announced(1);
  for (const record of batch.Records) {
    const body = JSON.parse(record.body);
    body.Records[0].eventTime = new Date(Date.now() - 90_000).toISOString();
    record.body = JSON.stringify(body);
  }
  const { metrics } = await outputOf(() => handlers.index(batch));
  const [age] = valuesByName(metrics).EventAge ?? [];
  expect(age).toBeGreaterThanOrEqual(90);
  expect(age).toBeLessThan(150);
});

test('an index that somebody else wrote first is a conflict, and no write of ours', async () => {
  await publish('foo');
  const first = await announced(1);
  await outputOf(() => handlers.index(first));
  await publish('bar');
  const batch = await announced(1);
  const packages = wrapping(handlers.ports.packages, 'put', async (call) => {
    await updateIndexes(
      [{ id: 'other', file: { ...index, name: 'bar', version: '1.0-r0' } }],
      handlers.ports,
    );
    return call();
  });
  const { metrics } = await outputOf(() => handlers.index(batch, { packages }));
  expect(valuesByName(metrics)).toEqual({
    IndexConflicts: [1],
    IndexUpdateTime: positive,
    EventAge: positive,
  });
});

test('an index that cannot be written has no age and no time; the log says why, with the causes', async () => {
  await publish('foo');
  const batch = await announced(1);
  const packages = dyingAt(handlers.ports.packages, 'get', 'before');
  const { metrics, log } = await outputOf(() => handlers.index(batch, { packages }));
  expect(metrics).toEqual([]);
  expect(log).toEqual([
    expect.objectContaining({
      level: 'ERROR',
      message: `${indexKey(index)} was not updated`,
      error: expect.objectContaining({ cause: expect.objectContaining({ message: 'died before get' }) }),
    }),
  ]);
});

test('a message that is no notification is in the log, by its id', async () => {
  const [message] = [{ messageId: 'abc', body: 'hello' }];
  const { log } = await outputOf(() => handlers.index({ Records: [message] } as SQSEvent));
  expect(log).toEqual([expect.objectContaining({ level: 'ERROR', message: expect.stringContaining('abc') })]);
});

test('a comparison says what it healed, could not explain and could not do', async () => {
  await publish('foo');
  const { metrics } = await outputOf(() => handlers.reconcile());
  expect(valuesByName(metrics)).toMatchObject({
    Healed: positive,
    Unexplained: [0],
    ReconcileFailed: [0],
    ReconcileTime: positive,
  });
  const packages = dyingAt(handlers.ports.packages, 'get', 'before');
  const failing = await outputOf(() => handlers.reconcile({ packages }));
  const { ReconcileFailed = [], Healed } = valuesByName(failing.metrics);
  expect(ReconcileFailed[0]).toBeGreaterThan(0);
  expect(Healed).toEqual([0]);
  expect(failing.log.map(({ level }) => level)).toEqual(['INFO', 'ERROR']);
});
