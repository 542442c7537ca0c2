import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { type Listening, listen } from '#local/listen.ts';
import { alpenglow } from '#test/support/alpenglow.ts';

let answer: () => Response;
const asked: Request[] = [];
let server: Listening;
beforeAll(async () => {
  server = await listen(async (request: Request) => {
    asked.push(request);
    return answer();
  });
});
beforeEach(() => asked.splice(0));
afterAll(() => server.close());

const list = () => alpenglow(['token', 'list', '--url', server.url], { ALPENGLOW_TOKEN: 'secret-of-mine' });

const PROBLEM = { 'content-type': 'application/problem+json' };

test.each([
  ['a page', () => new Response('<html>', { status: 502 }), /\/api\/tokens answered 502, and not why\.\n$/],
  [
    'a problem without a detail',
    () => new Response('{}', { status: 403, headers: PROBLEM }),
    /answered 403, and/,
  ],
  [
    'a page as if all were well',
    () => new Response('<html>'),
    /but not as a registry of this version does\.\n$/,
  ],
  [
    'JSON of something else',
    () => Response.json({ tokens: 1 }),
    /but not as a registry of this version does\.\n$/,
  ],
])('%s is no answer of a registry, and said to be none', async (_, answered, reason) => {
  answer = answered;
  const { code, stdout, stderr } = await list();
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(reason);
});

test('a redirect is not followed: the token is for nobody else', async () => {
  answer = () => new Response(null, { status: 307, headers: { location: `${server.url}/elsewhere` } });
  expect((await list()).code).toBe(1);
  expect(asked.map(({ url }) => new URL(url).pathname)).toEqual(['/api/tokens']);
});

test('what an answer says does nothing to the terminal', async () => {
  answer = () => new Response('{"detail":"\\u001b[2Jno"}', { status: 403, headers: PROBLEM });
  expect((await list()).stderr).toBe('?[2Jno\n');
});

test('an answer that inflates without end is given up before it fills the memory', async () => {
  function* zeros() {
    for (let sent = 0; sent < 128; sent++) yield Buffer.alloc(1024 ** 2);
  }
  answer = () => {
    const body = Readable.toWeb(Readable.from(zeros()).pipe(createGzip({ level: 1 })));
    return new Response(body as ReadableStream, { headers: { 'content-encoding': 'gzip' } });
  };
  const { code, stderr } = await list();
  expect(stderr).toMatch(/\/api\/tokens answers with more than 67108864 bytes\.\n$/);
  expect(code).toBe(1);
  expect(asked).toHaveLength(1);
});
