import { type ApiUnderTest, bearer, MAX_UPLOAD_BYTES, problemIn, put, startApi } from './api-under-test.ts';

const MAIN = '/api/packages/acme/alpine/v3.22/main';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

test('a Content-Length beyond the limit is a 413 that says the limit', async () => {
  const headers = { ...bearer(), 'Content-Length': String(MAX_UPLOAD_BYTES + 1) };
  const response = await api.app.request(MAIN, put('', headers));
  expect(response.status).toBe(413);
  expect((await problemIn(response)).detail).toContain(`${MAX_UPLOAD_BYTES} bytes`);
});

test('a stream that goes on beyond the limit is a 413, and is read no further', async () => {
  let sent = 0;
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 50_000;
      controller.enqueue(new Uint8Array(50_000));
    },
    cancel() {
      cancelled = true;
    },
  });
  const request = new Request(`http://localhost${MAIN}`, { ...put(''), body, duplex: 'half' } as RequestInit);
  const response = await api.app.request(request);
  expect(response.status).toBe(413);
  expect(cancelled).toBe(true);
  expect(sent).toBeLessThan(2 * MAX_UPLOAD_BYTES);
});

test('a client that hangs up in the middle is no error of the registry', async () => {
  const before = api.logged.length;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.error(new TypeError('terminated')),
  });
  const request = new Request(`http://localhost${MAIN}`, { ...put(''), body, duplex: 'half' } as RequestInit);
  const response = await api.app.request(request);
  expect(response.status).toBe(400);
  expect(await problemIn(response)).toMatchObject({ code: 'body-cut-off' });
  expect(api.logged).toHaveLength(before);
});
