import { setTimeout as pause } from 'node:timers/promises';
import { NOARCH } from '#apk/names.ts';
import { apiPath } from '#test/support/registry-client.ts';
import { deleteFile, publishAgain } from './change-files.ts';
import type { Client } from './client.ts';
import { ARCHITECTURES, BUILDKITE, PRIVATE, PUBLIC, REPOSITORIES } from './places.ts';
import { publish } from './publish.ts';
import { Random } from './random.ts';
import type { Recipe } from './recipe.ts';
import { sendRequest } from './send-request.ts';
import type { SoakContext } from './soak-context.ts';
import { stageUpload } from './stage-upload.ts';
import { useToken } from './use-token.ts';

const CLIENTS = 6;
/** Files of one client: about 200 of all. */
const FILES = 34;
/** Milliseconds between two operations of a client, at most. */
const LONGEST_PAUSE_MS = 200;
const KiB = 1024;

/** Publishes what stays: an index that is never empty is never absent. */
export async function publishFirst(context: SoakContext): Promise<void> {
  const client = newClient('stays', 0, context);
  for (const repository of REPOSITORIES) {
    for (const arch of ARCHITECTURES) {
      await publish({ ...recipeOf('x', client), repository, arch, bytes: KiB }, client);
    }
  }
}

/** Several clients, each doing one thing after the other, until it is over. */
export async function load(seed: number, context: SoakContext): Promise<void> {
  const clients = Array.from({ length: CLIENTS }, (_, i) => newClient(`c${i}`, seed * 1000 + i, context));
  await Promise.all(clients.map(workUntilOver));
}

const newClient = (name: string, seed: number, context: SoakContext): Client => ({
  name,
  context,
  random: new Random(seed),
  files: [],
  packages: 0,
});

async function workUntilOver(client: Client): Promise<void> {
  const { context, random } = client;
  while (!context.over.aborted) {
    await actOnce(client);
    await pause(random.below(LONGEST_PAUSE_MS));
  }
}

async function actOnce(client: Client): Promise<void> {
  const { random, files } = client;
  const die = random.below(100);
  if (die < 3) return sendFaulty(client);
  if (die < 8) return useToken(recipeOf('t', client), client);
  if (die < 18) return stageUpload({ ...recipeOf('u', client), bytes: uploadBytes(random) }, client);
  if (die < 28) return publishAgain(client);
  if (random.below(2 * FILES) < files.length) return deleteFile(client);
  return publish(recipeOf('p', client), client);
}

function recipeOf(prefix: string, client: Client): Recipe {
  const { random } = client;
  client.packages += 1;
  const die = random.below(10);
  return {
    repository: die < 5 ? PUBLIC : die < 8 ? PRIVATE : BUILDKITE,
    name: `${prefix}-${client.name}-${client.packages}`,
    version: random.pick(['1.0-r0', '0.3_rc1-r2', '20260101-r0']),
    arch: random.chance(20) ? NOARCH : random.pick(ARCHITECTURES),
    revision: 0,
    bytes: random.between(1, 40) * KiB,
  };
}

/** Every fourth has several megabytes. */
const uploadBytes = (random: Random): number =>
  random.chance(25) ? random.between(2000, 6000) * KiB : random.between(1, 100) * KiB;

async function sendFaulty({ context }: Client): Promise<void> {
  const put = { kind: 'PUT of no package', method: 'PUT', body: 'no package' };
  const answer = await sendRequest(apiPath(PUBLIC), put, context);
  if (answer !== undefined && answer.status !== 400)
    context.findings.fault(`what is no package was answered ${answer.status}`, apiPath(PUBLIC));
}
