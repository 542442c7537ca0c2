import { CloudWatchObserver } from '#aws/cloudwatch-observer.ts';
import type { PackageRecord } from '#registry/ports.ts';
import { outputOf, valuesByName } from '#test/support/captured-output.ts';

const FILE = {
  owner: 'acme',
  branch: 'edge',
  repository: 'main',
  arch: 'x86_64',
  name: 'foo',
  version: '1-r0',
};
const RECORD = { ...FILE, publishedBy: 'ci', sha256: 'ab', size: 12 } as PackageRecord;
const NOW = Date.parse('2030-01-01T00:00:10Z');

/** Source: CloudWatch User Guide, "Specification: Embedded metric format", "MetricDefinition object". */
const UNITS = ['Count', 'Milliseconds', 'Seconds'];
const MAX_VALUES = 100;

/** What an invocation writes in which this happens. */
const invoke = (work: (observer: CloudWatchObserver) => void | Promise<void>, awsRequestId = 'request-1') =>
  outputOf(() => {
    const observer = new CloudWatchObserver('test', () => NOW);
    return observer.watch(async () => work(observer))(undefined, { awsRequestId });
  });

const failure = (error: unknown) => invoke((observer) => observer.failed(error));

test('the metrics of an invocation are one line that CloudWatch reads', async () => {
  const { metricLines, metrics } = await invoke((observer) => {
    observer.published(RECORD);
    observer.published(RECORD);
    observer.indexUpdated(FILE, 12.5);
    observer.changeIndexed(FILE, NOW - 2500);
  });
  expect(metricLines).toHaveLength(1);
  const [line] = metricLines;
  // The REQUIRED members of the specification, and the targets that they name.
  expect(line?._aws.Timestamp).toBeGreaterThan(Date.now() - 60_000);
  expect(Number.isInteger(line?._aws.Timestamp)).toBe(true);
  expect(line?._aws.CloudWatchMetrics).toEqual([
    { Namespace: 'Alpenglow', Dimensions: [['registry']], Metrics: expect.any(Array) },
  ]);
  expect(line).toMatchObject({ registry: 'test', requestId: 'request-1' });
  for (const { unit, values } of metrics) {
    expect(UNITS).toContain(unit);
    for (const value of values) expect(Number.isFinite(value)).toBe(true);
  }
  expect(valuesByName(metrics)).toEqual({ Published: [1, 1], IndexUpdateTime: [12.5], EventAge: [2.5] });
});

test('a refusal is counted by its code', async () => {
  const { metricLines, metrics } = await invoke((observer) => {
    observer.rejected('bad-version');
    observer.rejected('unauthorized');
  });
  expect(metricLines.map(({ _aws }) => _aws.CloudWatchMetrics[0]?.Dimensions)).toEqual([
    [['registry', 'code']],
    [['registry', 'code']],
  ]);
  expect(valuesByName(metrics)).toEqual({ 'Rejected bad-version': [1], 'Rejected unauthorized': [1] });
});

test('of an invocation that throws, no metric is lost, and the log has the error and its causes', async () => {
  const { metrics, log } = await invoke(async (observer) => {
    observer.indexWritten();
    throw new Error('index not written', { cause: new TypeError('the key is disabled') });
  });
  expect(valuesByName(metrics)).toEqual({ IndexWrites: [1] });
  expect(log).toEqual([
    expect.objectContaining({
      level: 'ERROR',
      message: 'index not written',
      requestId: 'request-1',
      registry: 'test',
      error: expect.objectContaining({
        stack: expect.stringContaining('cloudwatch-observer.test.ts'),
        cause: {
          name: 'TypeError',
          message: 'the key is disabled',
          stack: expect.stringContaining('cloudwatch-observer.test.ts'),
        },
      }),
    }),
  ]);
});

test('the caller of a handler that throws sees the error', async () => {
  const observer = new CloudWatchObserver('test');
  const handler = observer.watch(() => Promise.reject(new Error('for Lambda to see')));
  let thrown: unknown;
  await outputOf(async () => {
    thrown = await handler(undefined, { awsRequestId: 'one' }).catch((error: unknown) => error);
  });
  expect(thrown).toMatchObject({ message: 'for Lambda to see' });
});

test('an invocation has its own request id and none of the metrics of the one before', async () => {
  const observer = new CloudWatchObserver('test');
  const handler = observer.watch(async (file: typeof FILE | undefined) => file && observer.deleted(file));
  const { metricLines, log } = await outputOf(async () => {
    await handler(FILE, { awsRequestId: 'one' });
    await handler(undefined, { awsRequestId: 'two' });
    await handler(FILE, { awsRequestId: 'three' });
  });
  expect(log.map(({ requestId }) => requestId)).toEqual(['one', 'three']);
  expect(metricLines).toEqual([
    expect.objectContaining({ Deleted: 1, requestId: 'one' }),
    expect.objectContaining({ Deleted: 1, requestId: 'three' }),
  ]);
});

test('more values than a line may have are spread over lines, and none is lost', async () => {
  const ages = Array.from({ length: 250 }, (_, i) => i);
  const { metricLines, metrics } = await invoke((observer) => {
    for (const age of ages) observer.changeIndexed(FILE, NOW - age * 1000);
  });
  for (const { EventAge } of metricLines) expect([EventAge].flat().length).toBeLessThanOrEqual(MAX_VALUES);
  for (const { requestId } of metricLines) expect(requestId).toBe('request-1');
  expect(valuesByName(metrics).EventAge).toEqual(ages);
});

test('a change that S3 announced by a clock ahead of ours has no age below zero', async () => {
  const { metrics } = await invoke((observer) => observer.changeIndexed(FILE, NOW + 5000));
  expect(valuesByName(metrics)).toEqual({ EventAge: [0] });
});

test("of the SDK's errors, the requests and answers they carry are not logged", async () => {
  const error = Object.assign(new Error('Access Denied'), {
    code: 'AccessDenied',
    $response: { headers: { authorization: 'AWS4-HMAC-SHA256 Credential=secret' } },
  });
  const { text, log } = await failure(new Error('failed', { cause: error }));
  expect(text).not.toContain('secret');
  expect(log).toEqual([
    expect.objectContaining({
      error: expect.objectContaining({ cause: expect.objectContaining({ code: 'AccessDenied' }) }),
    }),
  ]);
});

test('an error that is its own cause, many at once, and what is no error are logged, too', async () => {
  const circular = new Error('circular');
  circular.cause = circular;
  const many = new AggregateError([new Error('first'), new Error('second')], 'many');
  for (const error of [circular, many, 'a text', undefined, null]) {
    const { log } = await failure(error);
    expect(log).toHaveLength(1);
  }
  const [line] = (await failure(many)).log;
  expect(line).toMatchObject({ error: { errors: [{ message: 'first' }, { message: 'second' }] } });
});

test('a comparison that found a great deal is one line, short enough for a log, with whole counts', async () => {
  const key = 'x'.repeat(1024);
  const { text, log, metrics } = await invoke((observer) =>
    observer.reconciled(
      {
        indexes: 1,
        packages: 2,
        healed: Array.from({ length: 60 }, () => ({ kind: 'index-written', key })),
        unexplained: Array.from({ length: 70 }, () => ({ kind: 'orphan', key })),
        failed: Array.from({ length: 80 }, () => ({ key, error: new Error('broken') })),
      },
      1234,
    ),
  );
  expect(Buffer.byteLength(text)).toBeLessThan(256 * 1024);
  expect(log).toEqual([
    expect.objectContaining({
      message: 'reconciled',
      counts: { healed: 60, unexplained: 70, failed: 80 },
    }),
  ]);
  expect(valuesByName(metrics)).toEqual({
    Healed: [60],
    Unexplained: [70],
    ReconcileFailed: [80],
    ReconcileTime: [1234],
  });
});
