import type { describeForBuildkite } from '#lambdas/api/describe-for-buildkite.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { type ApiUnderTest, bearer, formWith, jsonIn, problemIn, startApi } from './api-under-test.ts';

const PACKAGES = '/v2/packages/organizations/acme/registries/tools/packages';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const post = (form: RequestInit, path = PACKAGES) => api.app.request(path, form);

/** What a publish answers that succeeds. */
const publish = async (form: RequestInit) =>
  jsonIn<ReturnType<typeof describeForBuildkite>>(await post(form));

async function expectRefused(response: Response, code: string, status = 400): Promise<string> {
  expect(response.status).toBe(status);
  const problem = await problemIn(response);
  expect(problem.code).toBe(code);
  return problem.detail;
}

test("a publish at Buildkite's address answers 200 and Buildkite's package", async () => {
  const response = await post(formWith(['file', await buildPackage({ name: 'banana' })]));
  expect(response.status).toBe(200);
  const url = 'https://apk.example.com/acme/alpine_any/tools/x86_64/banana-1.0-r0.apk';
  expect(await response.json()).toMatchObject({
    id: expect.stringMatching(UUID),
    name: 'banana',
    version: '1.0-r0',
    url,
    web_url: url,
    created_at: expect.stringMatching(/^\d{4}-.*Z$/),
    organization: {
      id: expect.stringMatching(UUID),
      slug: 'acme',
      url: 'https://apk.example.com/v2/packages/organizations/acme',
      web_url: 'https://apk.example.com/acme',
    },
    registry: {
      id: expect.stringMatching(UUID),
      graphql_id: expect.any(String),
      slug: 'tools',
      type: 'alpine',
      ecosystem: 'alpine',
      url: 'https://apk.example.com/v2/packages/organizations/acme/registries/tools',
      web_url: 'https://apk.example.com/acme/alpine_any/tools',
    },
    branch: 'alpine_any',
    repository: 'tools',
    arch: 'x86_64',
    warnings: expect.any(Array),
  });
});

test('ids are the same every time, and differ between packages', async () => {
  const one = await publish(formWith(['file', await buildPackage({ name: 'one' })]));
  const two = await publish(formWith(['file', await buildPackage({ name: 'two' })]));
  expect(two.registry.id).toBe(one.registry.id);
  expect(two.id).not.toBe(one.id);
  await api.app.request('/api/packages/acme/alpine/alpine_any/tools/x86_64/one-1.0-r0.apk', {
    method: 'DELETE',
    headers: bearer(),
  });
  const again = await publish(formWith(['file', await buildPackage({ name: 'one' })]));
  expect(again.id).toBe(one.id);
});

test('other fields of the form do not disturb', async () => {
  const form = formWith(['note', 'hello'], ['file', await buildPackage({ name: 'noted' })]);
  expect((await post(form)).status).toBe(200);
});

test('the wait of a publish works here, too', async () => {
  const form = formWith(['file', await buildPackage({ name: 'awaited' })]);
  const response = await post(form, `${PACKAGES}?wait=20`);
  expect(await response.json()).toMatchObject({ indexed: true });
});

test('the same package twice is a 409', async () => {
  const form = async () => formWith(['file', await buildPackage({ name: 'twice' })]);
  await post(await form());
  await expectRefused(await post(await form()), 'already-published', 409);
});

test('a registry or organization that is no name is a 400', async () => {
  const form = async () => formWith(['file', await buildPackage()]);
  const inOrganization = (name: string) => `/v2/packages/organizations/${name}/registries/tools/packages`;
  await expectRefused(await post(await form(), inOrganization('v2')), 'reserved-owner');
  await expectRefused(await post(await form(), inOrganization('a%0Ab')), 'bad-owner');
  await expectRefused(
    await post(await form(), '/v2/packages/organizations/acme/registries/-/packages'),
    'bad-repository',
  );
});
