import type { Actor, Answer } from '../actor.ts';
import type { Operation, Rival } from '../operation.ts';
import { FOO, REPOSITORY } from '../packages.ts';
import { reconciler } from '../rivals.ts';
import type { World } from '../world.ts';
import { publishListed } from './packages.ts';

const { owner } = REPOSITORY;

const createToken = (actor: Actor): Promise<Answer> =>
  actor.ask('create-token', 'POST', '/api/tokens', {
    name: 'ci',
    rights: [{ allow: ['read', 'publish'], on: owner }],
  });

const say = (actor: Actor, visibility: 'public' | 'private'): Promise<Answer> =>
  actor.ask('set-visibility', 'PUT', `/api/owners/${owner}`, { visibility });

const addPolicy = (actor: Actor): Promise<Answer> =>
  actor.ask('add-trust', 'POST', '/api/trust', {
    name: 'ci',
    issuer: 'https://ci.example.com',
    jwks_uri: 'https://ci.example.com/keys',
    audience: 'https://apk.example.com',
    conditions: [{ claim: 'sub', equals: 'the-build' }],
    rights: [{ allow: ['publish'], on: owner }],
  });

const idIn = ({ body }: Answer): string => (JSON.parse(body) as { id: string }).id;
const has = (world: World, partition: string, id: string): boolean =>
  world.items.some(({ pk, sk }) => pk === partition && sk === id);

/** What is made is there; what was to be removed is not. */
const mustHave = (partition: string) => (world: World, answer: Answer | undefined) =>
  answer && has(world, partition, idIn(answer)) ? [] : [`what was made is not in ${partition}`];
const mustNotHave = (partition: string, id: string) => (world: World) =>
  has(world, partition, id) ? [`${id} is still in ${partition}`] : [];

const isSaid = (visibility: string) => (world: World) =>
  world.items.some((item) => item.pk === `OWNER#${owner}` && item.visibility === visibility)
    ? []
    : [`the owner is not ${visibility}`];

const opposite = (visibility: 'public' | 'private'): Rival => ({
  name: `another says ${visibility}`,
  act: async (actor) => void (await say(actor, visibility)),
});

/** Something that is made first, and then removed by its id. */
function removalOf(
  { name, action, partition, path }: Record<'name' | 'action' | 'partition' | 'path', string>,
  create: (actor: Actor) => Promise<Answer>,
): Operation {
  let id = '';
  const run = (actor: Actor) => actor.ask(action, 'DELETE', `${path}/${id}`);
  return {
    name,
    isTested: partition === 'TOKENS',
    prepare: async (actor) => {
      id = idIn(await create(actor));
    },
    run,
    rivals: [{ name: 'another does the same', act: async (actor) => void (await run(actor)) }, reconciler],
    check: (world) => mustNotHave(partition, id)(world),
  };
}

function visibilityOf(visibility: 'public' | 'private', before: 'public' | 'private'): Operation {
  return {
    name: `make an owner ${visibility}`,
    async prepare(actor) {
      await publishListed(actor, FOO);
      await say(actor, before);
    },
    run: (actor) => say(actor, visibility),
    rivals: [opposite(before), reconciler],
    check: isSaid(visibility),
  };
}

export const ACCESS_OPERATIONS: readonly Operation[] = [
  {
    name: 'create a token',
    isTested: true,
    isHealedDaily: true,
    run: createToken,
    rivals: [reconciler],
    check: mustHave('TOKENS'),
  },
  removalOf(
    { name: 'revoke a token', action: 'revoke-token', partition: 'TOKENS', path: '/api/tokens' },
    createToken,
  ),
  visibilityOf('private', 'public'),
  visibilityOf('public', 'private'),
  { name: 'trust an issuer', run: addPolicy, check: mustHave('TRUST') },
  removalOf(
    { name: 'trust it no more', action: 'remove-trust', partition: 'TRUST', path: '/api/trust' },
    addPolicy,
  ),
];
