import { readFileSync } from 'node:fs';
import type { SQSEvent } from 'aws-lambda';
import { updateIndexes } from '#registry/update-indexes.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { outputOf, type SentMetric } from '#test/support/captured-output.ts';
import { dashboardOf } from '#test/support/dashboard-body.ts';
import { wrapping } from '#test/support/interrupted.ts';
import { type ObservedHandlers, startObserved } from '#test/support/observed-handlers.ts';
import { fileOf } from '#test/support/registry-state.ts';
import { synthesizeRegistry } from '#test/support/synthesize-registry.ts';
import { until } from '#test/support/until.ts';

const MAIN = '/api/packages/acme/alpine/v3.22/main';
const BAR = 'acme/v3.22/main/x86_64/bar-1.0-r0.apk';

/** How CloudWatch tells metrics apart: `Namespace Name{dimensions}`. */
const identity = (namespace: string, name: string, dimensions: readonly string[]) =>
  `${namespace} ${name}{${[...dimensions].sort()}}`;

let handlers: ObservedHandlers;
let sent: SentMetric[];
const identitiesSent = () =>
  new Set(sent.map(({ namespace, name, dimensions }) => identity(namespace, name, Object.keys(dimensions))));

beforeAll(async () => {
  handlers = await startObserved();
  sent = (await outputOf(liveOneDay)).metrics;
});
afterAll(() => handlers.close());

/** Publish, refuse, list, lose a race, delete, compare: whatever a registry measures, it measures here. */
async function liveOneDay(): Promise<void> {
  const put = async (name: string) =>
    handlers.ask(MAIN, { method: 'PUT', body: await buildPackage({ name }) });
  await put('foo');
  await put('foo');
  await handlers.index(await announced());
  await put('bar');
  const packages = wrapping(handlers.ports.packages, 'put', async (call) => {
    await updateIndexes([{ id: 'other', file: fileOf(BAR) }], handlers.ports);
    return call();
  });
  await handlers.index(await announced(), { packages });
  await handlers.ask(`${MAIN}/x86_64/foo-1.0-r0.apk`, { method: 'DELETE' });
  await handlers.reconcile();
}

async function announced(): Promise<SQSEvent> {
  const batch: SQSEvent = { Records: [] };
  await until('an event', async () => {
    batch.Records.push(...handlers.announced().Records);
    return batch.Records.length > 0;
  });
  return batch;
}

/** What is shown; a SEARCH says its namespace and dimensions in braces. */
function identitiesShown(): Set<string> {
  const { metrics, expressions } = dashboardOf(synthesizeRegistry({ name: 'test' }));
  const own = metrics.filter(({ namespace }) => namespace === 'Alpenglow');
  const searched = expressions.map((expression) => {
    const {
      namespace = '',
      dimensions = '',
      name = '',
    } = /\{(?<namespace>\w+),(?<dimensions>[\w,]+)\} MetricName="(?<name>\w+)"/.exec(expression)?.groups ??
    {};
    return identity(namespace, name, dimensions.split(','));
  });
  return new Set([
    ...own.map(({ namespace, name, dimensions }) => identity(namespace, name, Object.keys(dimensions))),
    ...searched,
  ]);
}

test('the dashboard shows every metric that the functions send, and none that they do not', () => {
  expect([...identitiesShown()].sort()).toEqual([...identitiesSent()].sort());
});

test('every alarm on a metric of our own is on one that the functions send, of this registry', () => {
  const alarms = Object.values(
    synthesizeRegistry({ name: 'test' }).findResources('AWS::CloudWatch::Alarm', {
      Properties: { Namespace: 'Alpenglow' },
    }),
  );
  expect(alarms).toHaveLength(4);
  for (const { Properties } of alarms) {
    const dimensions = Properties.Dimensions as { Name: string; Value: string }[];
    const names = dimensions.map(({ Name }) => Name);
    expect(identitiesSent()).toContain(identity(Properties.Namespace, Properties.MetricName, names));
    expect(dimensions).toEqual([{ Name: 'registry', Value: 'test' }]);
  }
});

test('the operations manual explains every metric, with its unit', () => {
  const [, section = ''] = readFileSync('docs/operations.md', 'utf8').split(/^## Metrics$/m);
  const [table = ''] = section.split(/^## /m);
  const explained = [...table.matchAll(/^\| `(?<name>\w+)` \| (?<unit>\w+) \|/gm)].map(
    ({ groups }) => `${groups?.name} ${groups?.unit}`,
  );
  expect(new Set(explained)).toEqual(new Set(sent.map(({ name, unit }) => `${name} ${unit}`)));
});
