import { type Listening, listen } from '#local/listen.ts';

/** What stands between a client and a registry goes wrong: before the registry has heard of it, or after. */
export interface Fault {
  /** Of which requests; of all without it. */
  on?: RegExp;
  /** The registry has done what was asked, and its answer is lost. */
  afterwards?: boolean;
  answer(): Response | Promise<Response>;
}

export interface SeenRequest {
  /** `PUT /api/…`, without the query. */
  line: string;
  headers: Headers;
}

/** A registry behind something that fails as often as it is told to. */
export interface FaultyProxy {
  url: string;
  /** Each happens once, in their order. */
  faults: Fault[];
  seen: SeenRequest[];
  close: Listening['close'];
}

export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const proxy: Pick<FaultyProxy, 'faults' | 'seen'> = { faults: [], seen: [] };
  const server = await listen(async (request) => {
    const { pathname, search } = new URL(request.url);
    const line = `${request.method} ${pathname}`;
    proxy.seen.push({ line, headers: request.headers });
    const [fault] = proxy.faults;
    const happens = fault !== undefined && (fault.on === undefined || fault.on.test(line));
    if (happens) proxy.faults.shift();
    const body = await request.arrayBuffer();
    if (happens && !fault.afterwards) return fault.answer();
    const answer = await fetch(`${target}${pathname}${search}`, {
      method: request.method,
      headers: passedOn(request.headers),
      body: body.byteLength > 0 ? body : undefined,
    });
    if (happens) return fault.answer();
    const type = answer.headers.get('content-type') ?? 'text/plain';
    const isJson = type.startsWith('application/json');
    const passed = isJson ? throughProxy(await answer.text()) : await answer.arrayBuffer();
    const { status } = answer;
    return new Response(status === 204 ? null : passed, { status, headers: { 'content-type': type } });
  });
  const throughProxy = (json: string) =>
    json.replaceAll(target, server.url).replace(OWN_URLS, '$1https://registry.invalid');
  return Object.assign(proxy, { url: server.url, close: server.close });
}

/** A registry may know itself by another address than the one that it was asked at. */
const OWN_URLS = /("(?:status|complete)_url":")http:\/\/[^/]+/g;

/** Those that are of one connection are not. */
function passedOn(headers: Headers): Headers {
  const passed = new Headers(headers);
  for (const name of ['host', 'connection', 'content-length', 'expect']) passed.delete(name);
  return passed;
}
