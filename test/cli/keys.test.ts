import { indexAdapters } from '#aws/index-adapters.ts';
import { readerAdapters } from '#aws/reader-adapters.ts';
import { layTable } from '#cli/terminal/table.ts';
import { LOCAL_ENVIRONMENT, type RunningRegistry, startRegistry } from '#local/registry.ts';
import { reconcile } from '#registry/reconcile.ts';
import { alpenglow } from '#test/support/alpenglow.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { copyByHand } from '#test/support/by-hand.ts';
import { registryFolder } from '#test/support/registry-folder.ts';
import { silentObserver } from '#test/support/registry-ports.ts';

const TOKEN = 'keys-token';
const [OLD, NEW] = ['signing-key', 'next-key'];

let folder: Awaited<ReturnType<typeof registryFolder>>;
let registry: RunningRegistry;
const failures: unknown[] = [];

/** Starts the registry again, with these active keys. */
async function startWith(...signingKeys: string[]): Promise<void> {
  await registry?.close();
  const onError = (error: unknown) => failures.push(error);
  registry = await startRegistry({ port: 0, folder: folder.folder, token: TOKEN, onError, signingKeys });
}

const portsWith = (...signingKeys: string[]) => ({
  ...indexAdapters({ ...LOCAL_ENVIRONMENT, SIGNING_KEYS: signingKeys }, registry.standIns.clients),
  ...readerAdapters({ ...LOCAL_ENVIRONMENT, DEFAULT_VISIBILITY: 'public' }, registry.standIns.clients),
  clock: Date.now,
  observer: silentObserver,
});

async function publish(repository: string, arch: string): Promise<void> {
  const response = await fetch(`${registry.url}/api/packages/acme/alpine/v3.22/${repository}?wait=20`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${TOKEN}` },
    body: await buildPackage({ arch }),
  });
  expect(await response.json()).toMatchObject({ indexed: true });
}

/** What `alpenglow keys` prints and ends with. */
async function keys(path: string, ...options: string[]): Promise<{ code: number; output: string }> {
  const { code, stdout } = await alpenglow(['keys', `${registry.url}${path}`, ...options]);
  return { code, output: stdout };
}

/** By architecture: each key's file with what became of its signature. */
async function states(path: string): Promise<{ code: number; states: Record<string, string[]> }> {
  const { code, output } = await keys(path, '--json');
  const { indexes } = JSON.parse(output) as {
    indexes: { arch: string; signatures: { file: string; state: string }[] }[];
  };
  const byArch = indexes.map(({ arch, signatures }) => [
    arch,
    signatures.map(({ file, state }) => `${file} ${state}`).sort(),
  ]);
  return { code, states: Object.fromEntries(byArch) };
}

const index = (arch: string) => `acme/v3.22/main/${arch}/APKINDEX.tar.gz`;

beforeAll(async () => {
  folder = await registryFolder();
  await startWith(OLD);
  await publish('main', 'x86_64');
  await publish('main', 'aarch64');
}, 60_000);
afterAll(async () => {
  await registry.close();
  await folder.remove();
  expect(failures).toEqual([]);
});

test('of a registry, it shows who signs, under the name and with the fingerprint of the key', async () => {
  const { code, output } = await keys('');
  expect(code).toBe(0);
  const [header, row, ...rest] = output.trimEnd().split('\n');
  expect(header).toMatch(/^KEY +ALGORITHM +SHA-256$/);
  const fingerprint = registry.keyFileName.slice('alpenglow-'.length, -'.rsa.pub'.length);
  expect(row).toMatch(
    new RegExp(`^${registry.keyFileName} +RSA-4096 +${fingerprint}[0-9a-f]{56} +given to new clients$`),
  );
  expect(rest).toEqual([]);
});

test.each([
  ['ALPENGLOW_URL', () => ({ ALPENGLOW_URL: registry.url, PORT: '1' })],
  ['PORT', () => ({ PORT: new URL(registry.url).port })],
])('without a URL it asks the registry that %s names', async (_, environment) => {
  const { code, stdout } = await alpenglow(['keys'], environment());
  expect(code).toBe(0);
  expect(stdout).toContain(registry.keyFileName);
});

test.each(['/acme/v3.22/main', '/acme/v3.22/main/', '/api/packages/acme/alpine/v3.22/main'])(
  'of the repository %s, it verifies every index that there is',
  async (path) => {
    const { code, output } = await keys(path);
    expect(output.split('\n').slice(-4, -1)).toEqual([
      expect.stringMatching(/^INDEX +SIGNATURE +KEY$/),
      expect.stringMatching(new RegExp(`^aarch64 +valid +${registry.keyFileName}$`)),
      expect.stringMatching(new RegExp(`^x86_64 +valid +${registry.keyFileName}$`)),
    ]);
    expect(code).toBe(0);
  },
);

test('a noarch index is one index, though every architecture is sent to it', async () => {
  await publish('docs', 'noarch');
  expect(Object.keys((await states('/acme/v3.22/docs')).states)).toEqual(['noarch']);
});

test('during a rotation it shows which index the new key has not signed yet, and when all are', async () => {
  const oldFile = registry.keyFileName;
  await startWith(NEW, OLD);
  const newFile = registry.keyFileName;
  const waiting = [`${newFile} missing`, `${oldFile} valid`].sort();
  expect(await states('/acme/v3.22/main')).toEqual({
    code: 1,
    states: { aarch64: waiting, x86_64: waiting },
  });
  await reconcile(portsWith(NEW, OLD));
  const signed = [`${newFile} valid`, `${oldFile} valid`].sort();
  expect(await states('/acme/v3.22/main')).toEqual({ code: 0, states: { aarch64: signed, x86_64: signed } });

  await startWith(NEW);
  await reconcile(portsWith(NEW));
  const only = [`${newFile} valid`];
  expect(await states('/acme/v3.22/main')).toEqual({ code: 0, states: { aarch64: only, x86_64: only } });
}, 60_000);

test('an index whose key the registry no longer has is signed by an unknown key', async () => {
  const retiredFile = registry.keyFileName;
  await startWith(OLD);
  const { packages } = portsWith(OLD);
  const retiredKey = (await packages.get(`acme/${retiredFile}`))?.body ?? new Uint8Array();
  await packages.delete(`acme/${retiredFile}`);
  expect(await states('/acme/v3.22/main')).toMatchObject({
    code: 1,
    states: { x86_64: [`${registry.keyFileName} missing`, `${retiredFile} unknown key`].sort() },
  });
  await copyByHand(registry.standIns.clients, `acme/${retiredFile}`, retiredKey);
  await reconcile(portsWith(OLD));
});

test('an index with one changed byte does not verify, and holds up no other', async () => {
  const stored = await portsWith(OLD).packages.get(index('x86_64'));
  const edited = Buffer.from(stored?.body ?? []);
  edited.writeUInt8(edited.readUInt8(edited.length - 9) ^ 1, edited.length - 9);
  await copyByHand(registry.standIns.clients, index('x86_64'), edited);
  const { keyFileName } = registry;
  expect(await states('/acme/v3.22/main')).toEqual({
    code: 1,
    states: { aarch64: [`${keyFileName} valid`], x86_64: [`${keyFileName} does not verify`] },
  });
});

test('what is no index at all is said to be none', async () => {
  await copyByHand(registry.standIns.clients, index('x86_64'), Buffer.from('<html>'));
  const { code, output } = await keys('/acme/v3.22/main');
  expect(code).toBe(1);
  expect(output).toMatch(/^x86_64 +not checked +.*gzip/m);
  expect(output).toMatch(/^aarch64 +valid/m);
});

test('other architectures than those of Alpine are looked at when they are named', async () => {
  await publish('main', 'mips_24kc');
  expect(Object.keys((await states('/acme/v3.22/main')).states)).not.toContain('mips_24kc');
  const { code, output } = await keys('/acme/v3.22/main', '--arch', 'mips_24kc', '--arch', 'aarch64');
  expect(output).toMatch(/^mips_24kc +valid .+\naarch64 +valid /m);
  expect(code).toBe(0);
});

test('a repository where nothing is published is told from one that is right', async () => {
  const { code, output } = await keys('/acme/v3.22/mian');
  expect(code).toBe(1);
  expect(output).toContain('nothing is published there');
});

test('what a file says does nothing to the terminal', () => {
  expect(layTable(['A'], [['\u001b[2Jx']])).toBe('A\n?[2Jx\n');
});
