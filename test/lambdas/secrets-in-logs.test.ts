import { buildPackage } from '#test/support/build-package.ts';
import { outputOf } from '#test/support/captured-output.ts';
import { wrapping } from '#test/support/interrupted.ts';
import { type ObservedHandlers, startObserved, TOKEN } from '#test/support/observed-handlers.ts';

const MAIN = '/api/packages/acme/alpine/v3.22/main';
const WRONG = 'alp_somebody-elses-token';

let handlers: ObservedHandlers;
beforeAll(async () => {
  handlers = await startObserved();
});
afterAll(() => handlers.close());

const basic = (token: string) => `Basic ${Buffer.from(`user:${token}`).toString('base64')}`;

/** A token as it was sent, and as people and programs write it. */
const formsOf = (token: string) => [
  token,
  Buffer.from(token).toString('base64').replace(/=+$/, ''),
  Buffer.from(`user:${token}`).toString('base64').replace(/=+$/, ''),
];

test.each([
  ['in Authorization', { authorization: `Bearer ${TOKEN}` }, '', 201],
  ['in Authorization, with a cut', { authorization: `Bearer ${WRONG}` }, '', 401],
  ['in Basic', { authorization: basic(TOKEN) }, '', 201],
  ['in Basic, with a cut', { authorization: basic(WRONG) }, '', 401],
  ['in the query', { authorization: '' }, `?token=${WRONG}&access_token=${TOKEN}`, 401],
  ['in the query, in the place of a number', { authorization: `Bearer ${TOKEN}` }, `?wait=${WRONG}`, 400],
])('a token %s is in no line', async (where, headers, query, status) => {
  const name = where.toLowerCase().replace(/[^a-z]+/g, '-');
  const body = await buildPackage({ name });
  let answered: number | undefined;
  const { text } = await outputOf(async () => {
    answered = await handlers.ask(`${MAIN}${query}`, { method: 'PUT', headers, body });
  });
  expect(answered).toBe(status);
  expect(text).toContain('"registry":"test"');
  for (const form of [TOKEN, WRONG].flatMap(formsOf)) expect(text).not.toContain(form);
});

test('a token is in no line of a request that the registry failed at', async () => {
  const records = wrapping(handlers.ports.records, 'claim', async () => {
    throw new Error('the table is gone', { cause: new Error('no such host') });
  });
  const headers = { authorization: basic(TOKEN) };
  const body = await buildPackage({ name: 'unlucky' });
  const { text, log } = await outputOf(() =>
    handlers.ask(`${MAIN}?wait=1&token=${WRONG}`, { method: 'PUT', headers, body }, { records }),
  );
  expect(log).toEqual([expect.objectContaining({ message: 'the table is gone' })]);
  for (const form of [TOKEN, WRONG].flatMap(formsOf)) expect(text).not.toContain(form);
});
