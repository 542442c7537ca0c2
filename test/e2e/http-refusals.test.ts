import { FAULTS } from '#apk/faults.ts';
import { hasControls, problemIn } from '#test/lambdas/api/api-under-test.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { DUBIOUS_PACKAGES, FAULTY_PACKAGES } from '#test/support/faulty-packages.ts';
import { fetchIndex } from '#test/support/fetch-index.ts';
import { registryUnderTest } from '#test/support/registry-under-test.ts';
import { until } from '#test/support/until.ts';

const registry = registryUnderTest();
const FAULTY = `${registry.owner}/v3.22/faulty`;

describe('a package that apk would refuse', () => {
  test.each(FAULTY_PACKAGES)('$title: 400 $code, with how to mend it', async ({ code, bytes }) => {
    const response = await registry.put(FAULTY, await bytes());
    expect(response.status).toBe(400);
    const problem = await problemIn(response);
    expect(problem.code).toBe(code);
    expect(problem.detail).toContain(FAULTS[code]);
    expect(problem.detail.length).toBeGreaterThan(FAULTS[code].length + 10);
    expect(problem.detail.length).toBeLessThan(1000);
    expect(hasControls(problem.detail)).toBe(false);
  });

  test('leaves nothing behind: no index, and no claim of its name', async () => {
    for (const arch of ['x86_64', 'noarch', 'x86-64', 'all']) {
      expect(await fetchIndex(registry, `${FAULTY}/${arch}`)).toBeUndefined();
    }
    const response = await registry.put(FAULTY, await buildPackage(), '?wait=20');
    expect(response.status).toBe(201);
    expect(await fetchIndex(registry, `${FAULTY}/x86_64`)).toEqual(['foo-1.0-r0.apk']);
  });
});

test.each([
  ['a line end in the owner', 'ac%0Ame/alpine/v3.22/main', 'bad-owner'],
  ['a line end after the owner', `${registry.owner}%0A/alpine/v3.22/main`, 'bad-owner'],
  ['a line end in the branch', `${registry.owner}/alpine/v3%0A22/main`, 'bad-branch'],
  ['a line end after the branch', `${registry.owner}/alpine/v3.22%0A/main`, 'bad-branch'],
  ['a line end in the repository', `${registry.owner}/alpine/v3.22/ma%0Ain`, 'bad-repository'],
  ['a line end after the repository', `${registry.owner}/alpine/v3.22/main%0A`, 'bad-repository'],
  ['a NUL', `${registry.owner}/alpine/v3.22/main%00`, 'bad-repository'],
  ['a space', `${registry.owner}/alpine/v3.22/my%20main`, 'bad-repository'],
  ['a slash', `${registry.owner}/alpine/v3.22/a%2Fb`, 'bad-repository'],
  ['a question mark', `${registry.owner}/alpine/v3.22/main%3Fa`, 'bad-repository'],
  ['a percent sign', `${registry.owner}/alpine/v3.22/main%2525`, 'bad-repository'],
  ['a slash that is encoded twice', `${registry.owner}/alpine/v3.22/a%252Fb`, 'bad-repository'],
  ['a branch that begins with a dash', `${registry.owner}/alpine/-v/main`, 'bad-branch'],
  ['a branch of 65 characters', `${registry.owner}/alpine/${'v'.repeat(65)}/main`, 'bad-branch'],
  ['a letter outside ASCII', `${registry.owner}/alpine/v3.22/m%C3%A4in`, 'bad-repository'],
  ['the owner api', 'api/alpine/v3.22/main', 'reserved-owner'],
  ['the owner V2', 'V2/alpine/v3.22/main', 'reserved-owner'],
  ['the owner key', 'key/alpine/v3.22/main', 'reserved-owner'],
  ['an owner that begins with an underscore', '_acme/alpine/v3.22/main', 'reserved-owner'],
])('%s is answered 400 with the name and what a name is', async (_what, path, code) => {
  const response = await registry.asPublisher(`/api/packages/${path}`, {
    method: 'PUT',
    body: await buildPackage({ name: 'refused' }),
  });
  expect(response.status).toBe(400);
  const problem = await problemIn(response);
  expect(problem.code).toBe(code);
  expect(problem.detail).toMatch(/".*"/);
  expect(problem.detail).toMatch(/use (another name|up to 64)/);
  expect(hasControls(problem.detail)).toBe(false);
});

test('dots in place of the repository are no path: something on the way could follow them', async () => {
  const path = `/api/packages/${registry.owner}/alpine/v3.22/..%2Fmain`;
  const response = await registry.asPublisher(path, { method: 'PUT', body: await buildPackage() });
  expect([response.status, (await problemIn(response)).code]).toEqual([404, 'no-such-path']);
});

test("SemVer's pre-release is answered with the version to write instead", async () => {
  const file = await buildPackage({ version: '1.2.3-beta.2' });
  const response = await registry.put(`${registry.owner}/v3.22/main`, file);
  expect(response.status).toBe(400);
  const { code, detail } = await problemIn(response);
  expect(code).toBe('bad-version');
  expect(detail).toContain('"1.2.3-beta.2"');
  expect(detail).toContain('_beta2');
});

test.each(DUBIOUS_PACKAGES)('$title: 201 with the warning $code', async ({ title, code, bytes }) => {
  const repository = `${registry.owner}/v3.22/${title.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`;
  const response = await registry.put(repository, await bytes(), '?wait=20');
  expect(response.status).toBe(201);
  const published = (await response.json()) as { arch: string };
  expect(published).toMatchObject({
    warnings: [{ code, message: expect.stringContaining('apk') }],
    indexed: true,
  });
  await until(
    'it is listed',
    async () => (await fetchIndex(registry, `${repository}/${published.arch}`))?.length === 1,
  );
});
