import { alpenglow } from '#test/support/alpenglow.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { copyByHand } from '#test/support/by-hand.ts';
import { type ServedRegistry, START_TOKEN, serveRegistry } from '#test/support/served-registry.ts';

let served: ServedRegistry;
beforeAll(async () => {
  served = await serveRegistry();
  for (const arch of ['x86_64', 'aarch64', 'noarch']) {
    for (const name of ['foo', 'libstdc++']) {
      expect((await publish('acme', await buildPackage({ name: `${name}-${arch}`, arch }))).status).toBe(201);
    }
  }
}, 60_000);
afterAll(() => served.close());

const publish = (owner: string, body: Uint8Array, query = '?wait=20') =>
  fetch(`${served.registry.url}/api/packages/${owner}/alpine/v3.22/main${query}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${START_TOKEN}` },
    body,
  });

test('a registry of ours is right, by the keys that it says are its own, which is said', async () => {
  const { code, stdout, stderr } = await alpenglow(['verify', `${served.registry.url}/acme/v3.22/main`]);
  expect(stdout).toContain('3 indexes, 6 packages');
  expect(stderr).toMatch(/^No --keys: whatever keys http.* says are its own are trusted\.$/m);
  expect(code).toBe(0);
});

test('OWNER/BRANCH/REPOSITORY is that of the registry that is set, as in every other command', async () => {
  const environment = { ALPENGLOW_URL: served.registry.url };
  const verified = await alpenglow(['verify', 'acme/v3.22/main'], environment);
  expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('3 indexes, 6 packages') });
  const { code, stdout } = await alpenglow(['keys', 'acme/v3.22/main'], environment);
  expect({ code, valid: stdout.match(/^\S+ +valid /gm) }).toMatchObject({ code: 0, valid: { length: 3 } });
});

test('the line that was made for another registry is verified, too', async () => {
  const line = `${served.registry.url}/api/packages/acme/alpine/v3.22/main`;
  const { code, stdout } = await alpenglow(['verify', line]);
  expect(stdout).toContain('3 indexes, 6 packages');
  expect(code).toBe(0);
});

test('a repository that has noarch packages alone has one index, though every architecture is sent to it', async () => {
  await publish('docs', await buildPackage({ arch: 'noarch' }));
  const { stdout } = await alpenglow(['verify', `${served.registry.url}/docs/v3.22/main`]);
  expect(stdout).toContain('1 index, 1 package');
});

test('one changed byte in one object of the bucket is found', async () => {
  const file = await buildPackage({ name: 'spoilt' });
  await publish('spoilt', file);
  file.writeUInt8(file.readUInt8(file.length - 30) ^ 1, file.length - 30);
  await copyByHand(served.registry.standIns.clients, 'spoilt/v3.22/main/x86_64/spoilt-1.0-r0.apk', file);
  const { code, stdout } = await alpenglow(['verify', `${served.registry.url}/spoilt/v3.22/main`]);
  expect(stdout).toMatch(/^FAULT x86_64\/spoilt-1\.0-r0\.apk: /m);
  expect(stdout).toContain('1 fault, 0 warnings');
  expect(code).toBe(1);
});

test('of a private owner, whoever may read it can verify it', async () => {
  await publish('secret', await buildPackage());
  const made = await fetch(`${served.registry.url}/api/owners/secret`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${START_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ visibility: 'private' }),
  });
  expect(made.ok).toBe(true);
  const line = `${served.registry.url}/secret/v3.22/main`;
  const token = await served.token('read:secret');
  expect((await alpenglow(['verify', line])).code).not.toBe(0);
  for (const args of [[line.replace('//', `//user:${token}@`)], [line, '--token', token]]) {
    const { code, stdout, stderr } = await alpenglow(['verify', ...args]);
    expect(stdout).toContain('1 index, 1 package');
    expect(stdout + stderr).not.toContain(token);
    expect(code).toBe(0);
  }
});
