import { makeToken } from '#registry/token-text.ts';
import { type ApiUnderTest, bearer, startApi } from './api-under-test.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const { token } = makeToken();

test.each([
  ['GET', `/api/${token}`],
  ['PATCH', `/api/tokens/${token}`],
  ['DELETE', `/api/tokens/${token}`],
  ['DELETE', `/api/trust/${token}`],
  ['PUT', `/api/packages/${token}/alpine/v3.22/main`],
  ['PUT', `/api/packages/acme/alpine/v3.22/main?wait=${token}`],
  ['GET', `/api/audit?owner=${token}`],
  ['GET', `/${token}/key`],
])('a token in the path of %s %s is not repeated', async (method, path) => {
  const answer = await (await api.app.request(path, { method, headers: bearer() })).text();
  expect(answer).not.toContain(token.slice(-43));
  expect(answer).not.toBe('');
});
