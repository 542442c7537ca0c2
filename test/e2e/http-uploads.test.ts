import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Problem } from '#lambdas/api/problem.ts';
import { jsonIn } from '#test/lambdas/api/api-under-test.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { runCommand } from '#test/support/command.ts';
import { expectListed } from '#test/support/fetch-index.ts';
import { largePackage } from '#test/support/large-package.ts';
import { apiPath } from '#test/support/registry-client.ts';
import { registryUnderTest } from '#test/support/registry-under-test.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const registry = registryUnderTest();
const { owner } = registry;
const MAIN = `${owner}/v3.22/uploads`;
const UPLOADS = `${apiPath(MAIN)}/uploads`;
const MEBIBYTES = 6;

interface Created {
  id: string;
  url: string;
  headers: Record<string, string>;
  status_url: string;
}

interface Status {
  state: string;
  package: { file: string; sha256: string; indexed: boolean } | null;
  problem: Problem | null;
}

let folder: string;
let remove: () => Promise<void>;
beforeAll(async () => {
  ({ folder, remove } = await temporaryFolder());
});
afterAll(() => remove?.());

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function create(file: Uint8Array): Promise<Created> {
  const body = JSON.stringify({ size: file.length, sha256: sha256Of(file) });
  const headers = { 'content-type': 'application/json' };
  const response = await registry.asPublisher(UPLOADS, { method: 'POST', headers, body });
  expect(response.status).toBe(201);
  return jsonIn<Created>(response);
}

const send = ({ url, headers }: Created, body: Uint8Array) => fetch(url, { method: 'PUT', headers, body });

async function outcomeOf({ status_url }: Created): Promise<Status> {
  const path = status_url.slice(registry.url.length);
  return jsonIn<Status>(await registry.asPublisher(`${path}?wait=25`));
}

test('what is too large for a request comes in by the commands of its refusal', async () => {
  const file = join(folder, 'FILE');
  await pipeline(largePackage(MEBIBYTES, { name: 'by-commands' }), createWriteStream(file));
  const url = `${registry.url}${apiPath(MAIN)}`;
  const refused = await runCommand('curl', ['-s', '--oauth2-bearer', registry.token, '-T', file, url]);
  const { status, code, commands = [] } = JSON.parse(refused.stdout) as Problem;
  expect([status, code, commands.length]).toEqual([413, 'too-large', 2]);

  // As they are read on the terminal, not as JSON says them.
  for (const command of commands) expect(refused.stdout).toContain(`"${command}"`);
  const script = `set -e; cd '${folder}'; TOKEN='${registry.token}'; ${commands.join('; ')}; grep -o 'curl --oauth2.*' FILE.curl`;
  const sent = await runCommand('sh', ['-c', script]);
  expect(sent.code).toBe(0);
  const looked = await runCommand('sh', ['-c', `TOKEN='${registry.token}'; ${sent.stdout}`]);
  expect(JSON.parse(looked.stdout)).toMatchObject({
    state: 'published',
    package: { file: 'by-commands-1.0-r0.apk', indexed: true },
    problem: null,
  });
  await expectListed(registry, `${MAIN}/x86_64`, 'by-commands-1.0-r0.apk');
  const stored = await registry.fetch(`/${MAIN}/x86_64/by-commands-1.0-r0.apk`);
  const shown = await runCommand('sha256sum', [file]);
  expect(shown.stdout).toContain(sha256Of(Buffer.from(await stored.arrayBuffer())));
}, 60_000);

test('a broken package is refused as by a direct publish, and can be sent again mended', async () => {
  const broken = await buildPackage({ name: 'mended', fields: { datahash: '0'.repeat(64) } });
  const direct = await jsonIn(await registry.put(MAIN, broken));
  const created = await create(broken);
  expect((await send(created, broken)).status).toBe(200);
  expect(await outcomeOf(created)).toMatchObject({ state: 'refused', problem: direct });

  const whole = await buildPackage({ name: 'mended' });
  const again = await create(whole);
  expect((await send(again, whole)).status).toBe(200);
  expect(await outcomeOf(again)).toMatchObject({ state: 'published', package: { sha256: sha256Of(whole) } });
});

test('what is no package at all is refused, too', async () => {
  const noise = randomBytes(5 * 1024 ** 2);
  const created = await create(noise);
  expect((await send(created, noise)).status).toBe(200);
  expect(await outcomeOf(created)).toMatchObject({ state: 'refused', problem: { code: 'not-gzip' } });
});

test('a URL takes nothing but what was announced for it', async () => {
  const file = await buildPackage({ name: 'announced' });
  const created = await create(file);
  const others = [Buffer.from(file).fill(1), file.subarray(2), Buffer.concat([file, file])];
  const statuses = [];
  for (const other of others) statuses.push((await send(created, other)).status);
  expect(statuses).toEqual([400, 403, 403]);
  const tampered = { ...created, url: created.url.replace(created.id, created.id.replace(/^./, 'g')) };
  expect((await send(tampered, file)).status).toBe(403);
  for (const method of ['GET', 'DELETE']) {
    expect((await fetch(created.url, { method })).status).toBeGreaterThanOrEqual(400);
  }
  expect((await send(created, file)).status).toBe(200);
  expect(await outcomeOf(created)).toMatchObject({ state: 'published' });
});

describe("Buildkite's clients", () => {
  const packages = `/v2/packages/organizations/${owner}/registries/clients/packages`;

  interface Presigned {
    uri: string;
    form: { file_input: string; method: string; url: string; data: Record<string, string> };
  }

  /** As go-buildkite does: a form to S3, then the address of what was sent. */
  async function publish(file: Uint8Array, name: string): Promise<Response> {
    const asked = await registry.asPublisher(`${packages}/upload`, { method: 'POST' });
    expect(asked.status).toBe(200);
    const { form } = await jsonIn<Presigned>(asked);
    const sent = new FormData();
    for (const [field, value] of Object.entries(form.data)) sent.append(field, value);
    sent.append(form.file_input, new File([file], name));
    expect((await fetch(form.url, { method: form.method, body: sent })).status).toBe(204);
    const finished = new FormData();
    finished.append('package_url', `${form.url.replace(/\/$/, '')}/${form.data.key}`);
    return registry.asPublisher(packages, { method: 'POST', body: finished });
  }

  test('send a package to S3 and then say where it is', async () => {
    const path = join(folder, 'buildkite.apk');
    await pipeline(largePackage(MEBIBYTES, { name: 'by-form' }), createWriteStream(path));
    const { stdout } = await runCommand('sha256sum', [path]);
    const response = await publish(await readFile(path), 'by-form-1.0-r0.apk');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      name: 'by-form',
      version: '1.0-r0',
      sha256: stdout.slice(0, 64),
      organization: { slug: owner },
      registry: { slug: 'clients' },
    });
    await expectListed(registry, `${owner}/alpine_any/clients/x86_64`, 'by-form-1.0-r0.apk');
  }, 60_000);

  test('are told what is wrong with a package', async () => {
    const response = await publish(Buffer.from('no package'), 'no.apk');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'not-gzip' });
  });

  test('may not say another address', async () => {
    for (const url of [
      'https://example.com/a.apk',
      'x',
      `${registry.url}/${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}`,
    ]) {
      const body = new FormData();
      body.append('package_url', url);
      const response = await registry.asPublisher(packages, { method: 'POST', body });
      expect([400, 404]).toContain(response.status);
    }
  });
});
