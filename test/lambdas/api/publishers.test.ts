import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { fingerprintOf } from '#apk/public-key.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { type RsaKey, rsaKey } from '#test/support/once-a-run/rsa-key.ts';
import { type ApiUnderTest, bearer, CI_TOKEN, jsonIn, problemIn, put, startApi } from './api-under-test.ts';

const pemOf = ({ publicKey }: Pick<RsaKey, 'publicKey'>) =>
  publicKey.export({ type: 'spki', format: 'pem' }).toString();
/** A signature of such a key is what it signs. */
const withExponentOne = () => {
  const jwk = { ...rsaKey('ann').publicKey.export({ format: 'jwk' }), e: 'AQ' };
  return { publicKey: createPublicKey({ key: jwk, format: 'jwk' }) };
};
const [ann, bob, eve] = [rsaKey('ann'), rsaKey('bob'), rsaKey('eve')];

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const publishersOf = (repository: string) => `/api/owners/acme/v3.22/${repository}/publishers`;
const trust = (repository: string, keys: unknown, headers: Record<string, string> = bearer()) =>
  api.app.request(
    publishersOf(repository),
    put(JSON.stringify({ keys }), { 'Content-Type': 'application/json', ...headers }),
  );
const publish = async (repository: string, name: string, ...signers: (typeof ann)[]) => {
  const file = await buildPackage({
    name,
    signers: signers.map(({ privateKey }, i) => ({ keyFileName: `ci-${i}.rsa.pub`, privateKey })),
  });
  return api.app.request(`/api/packages/acme/alpine/v3.22/${repository}`, put(file));
};

test('a repository that trusts keys takes what one of them has signed, and nothing else', async () => {
  expect((await publish('guarded', 'before')).status).toBe(201);
  expect((await trust('guarded', [pemOf(ann), pemOf(bob)])).status).toBe(200);
  expect((await publish('guarded', 'anns', ann)).status).toBe(201);
  expect((await publish('guarded', 'both', eve, bob)).status).toBe(201);

  const unsigned = await publish('guarded', 'unsigned');
  expect(unsigned.status).toBe(403);
  const { code, detail } = await problemIn(unsigned);
  expect(code).toBe('untrusted-publisher');
  for (const key of [pemOf(ann), pemOf(bob)]) expect(detail).toContain(fingerprintOf(key).slice(0, 16));
  expect(detail).toContain('has no signature');

  const eves = await publish('guarded', 'eves', eve);
  expect(eves.status).toBe(403);
  expect((await problemIn(eves)).detail).toContain('signed as "ci-0.rsa.pub" (RSA256)');

  const file = { owner: 'acme', branch: 'v3.22', repository: 'guarded', arch: 'x86_64', version: '1.0-r0' };
  const refused = ['unsigned', 'eves'].map((name) => ({ ...file, name }));
  expect(await api.dependencies.records.read(refused)).toEqual([]);
  expect((await publish('open', 'unsigned')).status).toBe(201);
});

test('what is trusted is read back, stays when packages come, and can be taken back', async () => {
  const keys = [{ fingerprint: fingerprintOf(pemOf(ann)), key: pemOf(ann) }];
  expect(await jsonIn(await trust('kept', [pemOf(ann), `\n${pemOf(ann)}\n\n`]))).toEqual({ keys });
  expect((await publish('kept', 'first', ann)).status).toBe(201);
  const read = await api.app.request(publishersOf('kept'), { headers: bearer() });
  expect(await jsonIn(read)).toEqual({ keys });
  expect(await jsonIn(await trust('kept', []))).toEqual({ keys: [] });
  expect((await publish('kept', 'second')).status).toBe(201);
});

test('only an administrator of the repository sees or changes whom it trusts', async () => {
  expect((await trust('own', [pemOf(eve)], {})).status).toBe(401);
  expect((await trust('own', [pemOf(eve)], bearer(CI_TOKEN))).status).toBe(403);
  expect((await api.app.request(publishersOf('own'), { headers: bearer(CI_TOKEN) })).status).toBe(403);
  const repository = { owner: 'acme', branch: 'v3.22', repository: 'own' };
  expect(await api.dependencies.publishers.keysOf(repository)).toEqual([]);
});

test.each([
  ['a private key', eve.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 'bad-key'],
  ['a key of 1,024 bits', pemOf(rsaKey('small', 1024)), 'bad-key'],
  ['a key whose exponent lets anybody sign', pemOf(withExponentOne()), 'bad-key'],
  ['a key that is not RSA', pemOf(generateKeyPairSync('ed25519')), 'bad-key'],
  ['no key', 'ssh-rsa AAAA', 'bad-key'],
  ['a text without an end', 'x'.repeat(5000), 'bad-json'],
  ['a number', 1, 'bad-json'],
])('%s is refused, and nothing changes', async (_case, key, code) => {
  const response = await trust('strict', [pemOf(ann), key]);
  expect(response.status).toBe(400);
  const problem = await problemIn(response);
  expect(problem.code).toBe(code);
  expect(problem.detail.length).toBeLessThan(500);
  const repository = { owner: 'acme', branch: 'v3.22', repository: 'strict' };
  expect(await api.dependencies.publishers.keysOf(repository)).toEqual([]);
});

test.each([
  ['{"keys":[]', 'bad-json'],
  ['[]', 'bad-json'],
  ['{"keys":[],"visibility":"private"}', 'bad-json'],
  [JSON.stringify({ keys: Array(11).fill(pemOf(ann)) }), 'bad-json'],
])('the body %.40s is refused', async (body, code) => {
  const response = await api.app.request(
    publishersOf('strict'),
    put(body, { 'Content-Type': 'application/json', ...bearer() }),
  );
  expect(response.status).toBe(400);
  expect((await problemIn(response)).code).toBe(code);
});
