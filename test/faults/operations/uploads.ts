import { buildPackage } from '#test/support/build-package.ts';
import { type Actor, type Answer, sha256Of } from '../actor.ts';
import type { Operation } from '../operation.ts';
import { BAR, FOO, OTHER_FOO, REPOSITORY } from '../packages.ts';
import { rivalsFor } from '../rivals.ts';
import type { World } from '../world.ts';
import { publishListed } from './packages.ts';

const { owner, branch, repository } = REPOSITORY;
const UPLOADS = `/api/packages/${owner}/alpine/${branch}/${repository}/uploads`;

const create = (actor: Actor, file: Buffer): Promise<Answer> =>
  actor.ask('create-upload', 'POST', UPLOADS, { size: file.length, sha256: sha256Of(file) });

/** Announces a file, and sends it to its URL. */
async function send(actor: Actor, file: Buffer): Promise<void> {
  const { body } = await create(actor, file);
  const { url, headers } = JSON.parse(body) as { url: string; headers: Record<string, string> };
  const response = await fetch(url, { method: 'PUT', headers, body: file });
  if (!response.ok) throw new Error(`The upload was answered ${response.status}`);
}

const stateOf = ({ items }: World): unknown => items.find(({ pk }) => pk.startsWith('UPLOAD#'))?.state;

const run: Operation['run'] = async (actor) => void (await actor.ingest());

export const UPLOAD_OPERATIONS: readonly Operation[] = [
  { name: 'create an upload', run: async (actor) => create(actor, await FOO.file) },
  {
    name: 'ingest an upload',
    isTested: true,
    async prepare(actor) {
      await publishListed(actor, BAR);
      await send(actor, await FOO.file);
    },
    run,
    rivals: rivalsFor(FOO, OTHER_FOO),
    check: (world) => (stateOf(world) === 'published' ? [] : [`the upload is ${stateOf(world)}`]),
  },
  {
    name: 'ingest an upload, the first of its owner',
    prepare: async (actor) => send(actor, await FOO.file),
    run,
    check: (world) => (stateOf(world) === 'published' ? [] : [`the upload is ${stateOf(world)}`]),
  },
  {
    name: 'ingest a faulty upload',
    isTested: true,
    async prepare(actor) {
      await publishListed(actor, BAR);
      await send(actor, await buildPackage({ fields: { datahash: '0'.repeat(64) } }));
    },
    run,
    check: (world) => (stateOf(world) === 'refused' ? [] : [`the upload is ${stateOf(world)}`]),
  },
];
