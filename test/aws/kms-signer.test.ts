import { createHash, createVerify } from 'node:crypto';
import { startPorts, type TestRegistry } from '#test/support/registry-ports.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startPorts();
});
afterAll(() => registry.close());

test('a signature by the key verifies with its public half', async () => {
  const [signer] = registry.ports.signers;
  const message = Buffer.from('an index');
  const signature = await signer?.sign(createHash('sha256').update(message).digest());
  const verify = createVerify('RSA-SHA256').update(message);
  expect(verify.verify((await signer?.publicKey()) ?? '', Buffer.from(signature ?? ''))).toBe(true);
});

test('the key file is named after the registry and the key', async () => {
  const [signer] = registry.ports.signers;
  expect(await signer?.keyFileName()).toMatch(/^test-[0-9a-f]{8}\.rsa\.pub$/);
});
