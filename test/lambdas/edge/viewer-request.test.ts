import { problemOf } from '#lambdas/api/problem.ts';
import { packageLimit } from '#lambdas/api/too-large.ts';
import { MAX_FRAME_BYTES, MAX_UPLOAD_BYTES } from '#lambdas/api/upload-limit.ts';
import type { ReaderLookup } from '#lambdas/edge/read-access.ts';
import type { ViewerRequest } from '#lambdas/edge/viewer-event.ts';
import { handleViewerRequest } from '#lambdas/edge/viewer-request.ts';

const request = (uri: string, method = 'GET'): ViewerRequest => ({
  method,
  uri,
  querystring: { wait: { value: '1' } },
  headers: { host: { value: 'apk.example.com' } },
});

/** Every file is for everybody. */
const lookup: ReaderLookup = {
  get: async (key) => (key === 'v' ? 'public' : undefined),
  sha256: () => '',
  now: Date.now,
};
const handle = (uri: string, method?: string) =>
  handleViewerRequest({ request: request(uri, method) }, lookup);

/** The path that goes on to the cache and the origins. */
async function pathOf(uri: string, method?: string): Promise<string> {
  const answer = await handle(uri, method);
  if ('statusCode' in answer) throw new Error(`answered ${answer.statusCode}`);
  return answer.uri;
}

const FORGEJO = '/api/packages/acme/alpine/v3.22/main';

test.each(['GET', 'HEAD'])("%s of Forgejo's file address is redirected to the file", async (method) => {
  expect(await handle(`${FORGEJO}/x86_64/APKINDEX.tar.gz`, method)).toEqual({
    statusCode: 302,
    statusDescription: 'Found',
    headers: {
      location: { value: '/acme/v3.22/main/x86_64/APKINDEX.tar.gz' },
      'cache-control': { value: 'no-store' },
    },
  });
});

test.each([
  [`${FORGEJO}/x86_64/libstdc++-1.0-r0.apk`, '/acme/v3.22/main/x86_64/libstdc%2B%2B-1.0-r0.apk'],
  [`${FORGEJO}/x86_64/libstdc%2B%2B-1.0-r0.apk`, '/acme/v3.22/main/x86_64/libstdc%2B%2B-1.0-r0.apk'],
  [`${FORGEJO}/x86_64/a-1.0~ab.apk`, '/acme/v3.22/main/x86_64/a-1.0%7Eab.apk'],
  ['/api/packages/ACME/alpine/Edge/Main/x86_64/A-1.apk', '/acme/Edge/Main/x86_64/A-1.apk'],
])('%s is redirected to %s', async (uri, location) => {
  expect(await handle(uri)).toMatchObject({ headers: { location: { value: location } } });
});

test.each([
  ['GET', '/api/health'],
  ['GET', '/api/packages/acme/alpine/key'],
  ['GET', '/api/packages/ACME/alpine/key'],
  ['PUT', FORGEJO],
  ['DELETE', `${FORGEJO}/x86_64/libstdc++-1.0-r0.apk`],
  ['POST', '/v2/packages/organizations/Acme/registries/a+b/packages'],
  ['GET', '/api/packages/acme/debian/v3.22/main/x86_64/a-1.apk'],
  ['GET', '/api/packages/api/alpine/v3.22/main/x86_64/a-1.apk'],
])('%s %s reaches the API untouched', async (method, uri) => {
  expect(await pathOf(uri, method)).toBe(uri);
});

test.each([
  ['/acme/v3.22/main/x86_64/libstdc++-1.0-r0.apk', '/acme/v3.22/main/x86_64/libstdc%2B%2B-1.0-r0.apk'],
  ['/acme/v3.22/main/x86_64/libstdc%2b%2B-1.0-r0.apk', '/acme/v3.22/main/x86_64/libstdc%2B%2B-1.0-r0.apk'],
  ['/acme/v3.22/main/x86_64/a-1.0%7eab.apk', '/acme/v3.22/main/x86_64/a-1.0%7Eab.apk'],
  ['/acme/v3.22/main/x86_64/a-1.0~ab.apk', '/acme/v3.22/main/x86_64/a-1.0%7Eab.apk'],
  ['/Acme/v3.22/Main/x86_64/APKINDEX.tar.gz', '/acme/v3.22/Main/x86_64/APKINDEX.tar.gz'],
  ['/Acme/key', '/acme/key'],
  ['/Acme/alpenglow-01234567.rsa.pub', '/acme/key/alpenglow-01234567.rsa.pub'],
  ['/Acme/tools/rsakey', '/acme/tools/rsakey'],
])('%s is read from the bucket as %s', async (uri, path) => {
  expect(await pathOf(uri)).toBe(path);
});

test("the repository line of Buildkite's clients leads to the files", async () => {
  expect(await pathOf('/Acme/tools/alpine_any/alpine_any/main/x86_64/APKINDEX.tar.gz')).toBe(
    '/acme/alpine_any/tools/x86_64/APKINDEX.tar.gz',
  );
  expect(await pathOf('/acme/tools/alpine_any/alpine_any/main/x86_64/libstdc++-1-r0.apk')).toBe(
    '/acme/alpine_any/tools/x86_64/libstdc%2B%2B-1-r0.apk',
  );
  const other = '/acme/tools/alpine_any/v3.22/main/x86_64/APKINDEX.tar.gz';
  expect(await pathOf(other)).toBe(other);
});

test.each([
  '/',
  '',
  '//',
  '//evil.example.com/v3.22/main/x86_64/a-1.apk',
  '/Acme//main/x86_64/a+1.apk',
  '/Acme/../api/health/a+1.apk',
  '/Acme/./v3.22/main/a+1.apk',
  '/Acme/%2e%2e/main/x86_64/a+1.apk',
  '/Acme/.%2E/main/x86_64/a+1.apk',
  '/Acme/v3.22%2F..%2F..%2Fmain/a/x86_64/a+1.apk',
  '/Acme\\evil/v3.22/main/x86_64/a+1.apk',
  '/Acme%5Cevil/v3.22/main/x86_64/a+1.apk',
  '/Acme/v3.22/main/x86_64/a+1%0D%0ASet-Cookie:x',
  '/Acme/v3.22/main/x86_64/a+1\r\nSet-Cookie:x',
  '/Acme/v3.22/main/x86_64/a+1%00.apk',
  '/Acme/v3.22/main/x86_64/a%252B.apk+',
  '/Acme/v3.22/main/x86_64/100%+',
  '/api/packages/../alpine/v3.22/main/x86_64/a-1.apk',
  '/api/packages/acme/alpine/v3.22/main/x86_64/..',
  '/api/../acme/v3.22/main/x86_64/a-1.apk',
  '/api/%2e%2E/acme/v3.22/main/x86_64/a-1.apk',
  '/api/.%2e/acme/v3.22/main/x86_64/a-1.apk',
  '/api/%252e%25252E/acme/v3.22/main/x86_64/a-1.apk',
  '/api/x%2F..%2f..%252Facme/v3.22/main/x86_64/a-1.apk',
  '/v2/..\\acme/v3.22/main/x86_64/a-1.apk',
  '/v2/%5c..%5Cacme/v3.22/main/x86_64/a-1.apk',
])('%j is answered with a 404, and no origin sees it', async (uri) => {
  const answer = await handle(uri);
  if (!('statusCode' in answer)) throw new Error(`went on: ${answer.uri}`);
  expect(answer.statusCode).toBe(404);
  expect(JSON.parse(answer.body ?? '')).toMatchObject({ status: 404, code: 'no-such-path' });
});

test.each([
  '/API/packages/acme/alpine/key',
  '/api/packages//alpine/evil.example.com/main/x86_64/a-1.apk',
  '/api/packages/%2Fevil.example.com/alpine/v3.22/main/x86_64/a-1.apk',
  '/api/packages/%5Cevil.example.com/alpine/v3.22/main/x86_64/a-1.apk',
  '/api/packages/\\evil.example.com/alpine/v3.22/main/x86_64/a-1.apk',
  '/api/packages/acme/alpine/v3.22/main/x86_64/a%0d%0a-1.apk',
])('%j reaches the API, to be refused by it', async (uri) => {
  expect(await pathOf(uri)).toBe(uri.replaceAll('%', '%25'));
});

test('a path that HTTP API decodes once is the path that was sent', async () => {
  for (const end of ['a%2Fb', 'main%3Fa', '%252B', '100%']) {
    expect((await pathOf(`${FORGEJO}/${end}`, 'PUT')).replaceAll('%25', '%')).toBe(`${FORGEJO}/${end}`);
  }
});

describe('an upload that HTTP API would refuse', () => {
  const uploading = (length: number, type?: string) => {
    const asked = request(FORGEJO, 'PUT');
    asked.headers['content-length'] = { value: String(length) };
    asked.headers.host = { value: 'apk.example.com' };
    if (type !== undefined) asked.headers['content-type'] = { value: type };
    return handleViewerRequest({ request: asked }, lookup);
  };

  test('is answered as the API answers the ones that it refuses itself', async () => {
    const { problem, headers } = problemOf(packageLimit(`https://apk.example.com${FORGEJO}`).exceeded());
    const answer = await uploading(MAX_UPLOAD_BYTES + 1);
    if (!('statusCode' in answer)) throw new Error(`went on: ${answer.uri}`);
    expect(answer.statusCode).toBe(413);
    expect(JSON.parse(answer.body ?? '')).toEqual(problem);
    expect(answer.headers['content-type']?.value).toBe(headers['Content-Type']);
  });

  test('is one of a file that is too large; the frame of a form does not count', async () => {
    expect(await uploading(MAX_UPLOAD_BYTES)).toMatchObject({ uri: FORGEJO });
    const form = 'multipart/form-data; boundary=x';
    expect(await uploading(MAX_UPLOAD_BYTES + MAX_FRAME_BYTES, form)).toMatchObject({ uri: FORGEJO });
    expect(await uploading(MAX_UPLOAD_BYTES + MAX_FRAME_BYTES + 1, form)).toMatchObject({ statusCode: 413 });
  });
});

test('a redirect leads to this host, and takes no query along', async () => {
  for (const owner of ['acme', 'evil.example.com', '-', '~', '+', '%2B']) {
    const answer = await handle(`/api/packages/${owner}/alpine/v3.22/main/x86_64/a-1.apk`);
    if (!('statusCode' in answer)) throw new Error(`not redirected: ${owner}`);
    const { location: { value: location } = { value: '' } } = answer.headers;
    expect(location).toMatch(/^\/[^/\\]/);
    expect(location).not.toContain('?');
    expect(new URL(location, 'https://apk.example.com').host).toBe('apk.example.com');
  }
});

test('the query and the headers of a request go on', async () => {
  const before = request('/Acme/key');
  expect(await handleViewerRequest({ request: before }, lookup)).toEqual({
    ...request('/Acme/key'),
    uri: '/acme/key',
  });
});

test('a path longer than any file has is not found, and no origin sees it', async () => {
  for (const uri of [`/${'a+/'.repeat(2_700)}a`, `/${'%2B'.repeat(2_700)}`]) {
    expect(await handle(uri)).toMatchObject({ statusCode: 404 });
  }
});

describe("the time that apk fetched its index, which is not the index's own,", () => {
  const INDEX = '/acme/v3.22/main/x86_64/APKINDEX.tar.gz';
  const sinceOf = async (uri: string, agent: string, since = 'Sat, 21 Nov 2026 12:00:00 GMT') => {
    const asked = request(uri);
    asked.headers['user-agent'] = { value: agent };
    asked.headers['if-modified-since'] = { value: since };
    const answer = await handleViewerRequest({ request: asked }, lookup);
    return 'uri' in answer ? answer.headers['if-modified-since']?.value : answer;
  };

  test('is moved back, so that a change that a cache or a fast clock hides is not missed', async () => {
    expect(await sinceOf(INDEX, 'libfetch/2.0')).toBe('Sat, 21 Nov 2026 11:00:00 GMT');
  });

  test('is left to clients that say what they were told, and for packages, which never change', async () => {
    expect(await sinceOf(INDEX, 'curl/8.0')).toBe('Sat, 21 Nov 2026 12:00:00 GMT');
    expect(await sinceOf('/acme/v3.22/main/x86_64/a-1.apk', 'libfetch/2.0')).toBe(
      'Sat, 21 Nov 2026 12:00:00 GMT',
    );
  });

  test('is not asked about when it is no time', async () => {
    expect(await sinceOf(INDEX, 'libfetch/2.0', 'yesterday')).toBeUndefined();
  });
});
