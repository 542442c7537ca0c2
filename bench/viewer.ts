import { performance } from 'node:perf_hooks';
import { runInContext } from 'node:vm';
import { viewerFunctionCode } from '#constructs/viewer-function-code.ts';
import type { ViewerRequest } from '#lambdas/edge/viewer-event.ts';
import { viewerContext } from '#test/support/deployed-viewer-function.ts';
import { median } from './quantile.ts';
import { tableOf } from './table.ts';
import { READERS, VIEWER_REQUESTS } from './viewer-requests.ts';

const ROUNDS = 60;
const CALLS = 200;

const EMPTY = 'async function handler(event) { return event.request; }';

/** As the first thing people use viewer functions for: a folder's address becomes that of its page. */
const REWRITE = `async function handler(event) {
  const request = event.request;
  const last = request.uri.split('/').pop();
  if (last === '') request.uri += 'index.html';
  else if (!last.includes('.')) request.uri += '/index.html';
  return request;
}`;

/**
 * What the viewer function's code, as deployed, takes of a request in node:vm, beside a function that does nothing
 * and one that rewrites an address: microseconds, the median of rounds in which all take turns. The key value store
 * answers at once, so what is measured is what CloudFront counts: the function's own work, by another engine.
 */
export async function benchViewer(): Promise<string[]> {
  const { pairs, reads } = countedReaders();
  const load = (code: string): Handle => runInContext('handler', viewerContext(code, { pairs }));
  const [ours, empty, rewrite] = [viewerFunctionCode(), EMPTY, REWRITE].map(load) as [Handle, Handle, Handle];
  const page: ViewerRequest = { method: 'GET', uri: '/blog/', querystring: {}, headers: {} };
  const cases: [string, Handle, ViewerRequest][] = [
    ['a function that does nothing', empty, page],
    ['a function that rewrites an address', rewrite, page],
    ...Object.entries(VIEWER_REQUESTS).map(([name, asked]): (typeof cases)[number] => [name, ours, asked]),
  ];
  const times = await timeInTurns(cases);
  const reference = times[1] ?? Number.NaN;
  const rows: string[][] = [];
  for (const [i, [name, handle, asked]] of cases.entries()) {
    const before = reads();
    await handle({ request: structuredClone(asked) });
    const time = times[i] ?? Number.NaN;
    rows.push([name, time.toFixed(2), (time / reference).toFixed(1), String(reads() - before)]);
  }
  return tableOf(['request', 'µs', 'of the rewrite', 'reads of the store'], rows);
}

type Handle = (event: { request: ViewerRequest }) => Promise<unknown>;

function countedReaders() {
  let reads = 0;
  const count = <Answer>(answer: Answer): Answer => {
    reads += 1;
    return answer;
  };
  const pairs = {
    has: (key: string) => count(READERS.has(key)),
    get: (key: string) => count(READERS.get(key)),
  };
  return { pairs, reads: () => reads };
}

async function timeInTurns(cases: readonly [string, Handle, ViewerRequest][]): Promise<number[]> {
  const times: number[][] = cases.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, [, handle, asked]] of cases.entries()) times[i]?.push(await timeCalls(handle, asked));
  }
  return times.map(median);
}

/** Microseconds of one call; each has a request of its own, since they change it. */
async function timeCalls(handle: Handle, asked: ViewerRequest): Promise<number> {
  const events = Array.from({ length: CALLS }, () => ({ request: structuredClone(asked) }));
  const begin = performance.now();
  for (const event of events) await handle(event);
  return ((performance.now() - begin) * 1000) / CALLS;
}
