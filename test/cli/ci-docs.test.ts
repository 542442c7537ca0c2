import { readFileSync } from 'node:fs';
import { type ServedRegistry, START_TOKEN, serveRegistry } from '#test/support/served-registry.ts';

const BESIDE =
  /npx alpenglow (?<command>trust add --preset (?:[^`]|\\\n)+?)\n```\n\n```sh\ncurl [^']+ --json '(?<json>[^']+)'/g;

/** Each command of the page with what its `curl` sends. */
const pairs = [...readFileSync('docs/ci.md', 'utf8').matchAll(BESIDE)].map(({ groups }) => ({
  args: (groups?.command ?? '').match(/[^\s'\\]+|(?<=')[^'\s]+(?=')/g) ?? [],
  body: JSON.parse(groups?.json ?? '') as Record<string, unknown>,
}));

let served: ServedRegistry;
beforeAll(async () => {
  served = await serveRegistry();
}, 60_000);
afterAll(() => served.close());

async function policyOfCurl(body: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(`${served.registry.url}/api/trust`, {
    method: 'POST',
    headers: { authorization: `Bearer ${START_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(201);
  return (await response.json()) as Record<string, unknown>;
}

test('docs/ci.md has a command for each preset', () => {
  expect(pairs.map(({ body }) => body.preset)).toEqual(['github', 'gitlab', 'buildkite', 'circleci']);
});

test.each(pairs)(
  'for $body.preset, the command of docs/ci.md does what its curl does',
  async ({ args, body }) => {
    const { code, stdout } = await served.run([...args, '--json']);
    expect(code).toBe(0);
    const { id: _id, created_at: _at, ...policy } = await policyOfCurl(body);
    expect(JSON.parse(stdout)).toMatchObject(policy);
  },
);
