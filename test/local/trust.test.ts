import { type RunningRegistry, startRegistry } from '#local/registry.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { LocalIssuer } from '#test/support/local-issuer.ts';
import { registryFolder } from '#test/support/registry-folder.ts';

const TOKEN = 'token-of-every-right';

let issuer: LocalIssuer;
beforeAll(async () => {
  issuer = await LocalIssuer.start();
});
afterAll(() => issuer.close());

async function withRegistry(
  options: { allowHttpIssuers?: boolean },
  use: (registry: RunningRegistry) => Promise<void>,
): Promise<void> {
  const { folder, remove } = await registryFolder();
  const onError = (error: unknown) => {
    throw error;
  };
  const registry = await startRegistry({ port: 0, folder, token: TOKEN, onError, ...options });
  await use(registry).finally(() => registry.close());
  await remove();
}

const makePolicy = ({ url }: RunningRegistry) =>
  fetch(`${url}/api/trust`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      name: 'job',
      issuer: issuer.url,
      jwks_uri: issuer.jwksUri,
      conditions: [{ claim: 'sub', equals: 'job' }],
      rights: [{ allow: ['publish'], on: 'acme' }],
    }),
  });

test('a registry of one machine takes jobs of an issuer beside it, for its own address, when told to', () =>
  withRegistry({ allowHttpIssuers: true }, async (registry) => {
    expect((await makePolicy(registry)).status).toBe(201);
    const publish = async (aud: string) =>
      fetch(`${registry.url}/api/packages/acme/alpine/v3.22/main`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${issuer.token({ sub: 'job', aud })}` },
        body: await buildPackage(),
      });
    expect((await publish('http://127.0.0.1')).status).toBe(401);
    expect((await publish(registry.url)).status).toBe(201);
  }));

test('a registry of one machine asks no issuer without TLS unless told to', () =>
  withRegistry({}, async (registry) => {
    const response = await makePolicy(registry);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'bad-issuer' });
  }));
