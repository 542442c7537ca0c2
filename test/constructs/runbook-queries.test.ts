import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { SQSEvent } from 'aws-lambda';
import { buildPackage } from '#test/support/build-package.ts';
import { outputOf } from '#test/support/captured-output.ts';
import { wrapping } from '#test/support/interrupted.ts';
import { type ObservedHandlers, startObserved } from '#test/support/observed-handlers.ts';
import { until } from '#test/support/until.ts';

const MAIN = '/api/packages/acme/alpine/v3.22/main';

/** Words of the query language that the runbook uses. */
const KEYWORDS = new Set(
  'fields filter stats sort limit desc by as or and count max min sum bin ispresent'.split(' '),
);

/** Those of Lambda's own lines. Source: Lambda Telemetry API reference, "platform.report". */
const PLATFORM_FIELDS = [
  'type',
  'record.requestId',
  'record.status',
  'record.metrics.durationMs',
  'record.metrics.maxMemoryUsedMB',
];

let handlers: ObservedHandlers;
beforeAll(async () => {
  handlers = await startObserved();
});
afterAll(() => handlers.close());

/** The fields that the runbook's queries name; those that begin with @ are of CloudWatch, what follows `as` is new. */
function fieldsAsked(): Set<string> {
  const queries =
    readFileSync('docs/operations.md', 'utf8').match(/^```\n(?:filter|fields)[^`]+^```$/gm) ?? [];
  const words = queries.flatMap((query) =>
    query
      .replace(/"[^"]*"/g, '')
      .replace(/\bas \w+/g, '')
      .match(/(?<![@\w.])[a-zA-Z][\w.]*/g),
  );
  return new Set(words.filter((word): word is string => word !== null && !KEYWORDS.has(word)));
}

/** The fields of a line as Logs Insights names them, `a.b.0.c`. */
function fieldsOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, each]) => fieldsOf(each, path === '' ? key : `${path}.${key}`));
}

/** Everything that is logged when something is published, refused, found by hand, and cannot be read. */
async function misfortune(): Promise<void> {
  await handlers.ask(MAIN, { method: 'PUT', body: await buildPackage() });
  await handlers.ask('/nothing');
  const batch: SQSEvent = { Records: [] };
  await until('an event', async () => {
    batch.Records.push(...handlers.announced().Records);
    return batch.Records.length > 0;
  });
  const body = Buffer.from('put by hand');
  const sha256 = createHash('sha256').update(body).digest('hex');
  const object = { body, sha256, contentType: 'a/b', cacheControl: '' };
  await handlers.ports.packages.put('stray/file', object, { absent: true });
  const packages = wrapping(handlers.ports.packages, 'get', async () => {
    throw new Error('not read', { cause: new Error('the key is disabled') });
  });
  await handlers.index(batch, { packages });
  await handlers.reconcile({ packages });
}

test('every field that a query of the runbook asks for is in the lines that the functions write', async () => {
  const { log, metricLines } = await outputOf(misfortune);
  const written = new Set([...log, ...metricLines].flatMap((line) => fieldsOf(line)));
  const asked = fieldsAsked();
  expect(asked.size).toBeGreaterThan(10);
  expect([...asked].filter((field) => !written.has(field) && !PLATFORM_FIELDS.includes(field))).toEqual([]);
});
