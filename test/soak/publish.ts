import { apiPath } from '#test/support/registry-client.ts';
import { askUntilAnswered, type Client } from './client.ts';
import { BUILDKITE } from './places.ts';
import { type MadePackage, makePackage, pathOf, type Recipe } from './recipe.ts';
import type { SoakRequest } from './send-request.ts';

/** Publishes a package that is not there, and notes what it was answered. */
export async function publish(recipe: Recipe, client: Client, token?: string): Promise<void> {
  const { ledger, findings } = client.context;
  const made = await makePackage(recipe);
  ledger.note(recipe, { is: 'changing' });
  const waits = client.random.chance(30);
  const { path, request } = publication(recipe, made, waits);
  const startedAt = performance.now();
  const answer = await askUntilAnswered(path, { ...request, ...(token && { token }) }, client);
  if (answer === undefined) return void ledger.note(recipe, { is: 'either', identity: made });
  const isThere = answer.status === 201 || answer.status === 200;
  if (isThere && !answer.isRepeated)
    findings.took(waits ? 'published and listed' : 'published', performance.now() - startedAt);
  if (isThere || (answer.isRepeated && answer.body.identical === true)) {
    return keep(recipe, made, answer.body.indexed === true, client);
  }
  findings.fault(`a new package was answered ${answer.status} ${answer.body.code}`, pathOf(recipe));
  ledger.note(recipe, { is: 'either', identity: made });
}

export function keep(
  recipe: Recipe,
  { sha256, checksum }: MadePackage,
  isListed: boolean,
  { context, files }: Client,
): void {
  const listedSince = isListed ? Date.now() : undefined;
  files.push(context.ledger.note(recipe, { is: 'kept', identity: { sha256, checksum }, listedSince }));
}

/** By PUT, or by the form that Buildkite's clients send. */
export function publication(
  { repository, name, version }: Recipe,
  { file }: Pick<MadePackage, 'file'>,
  waits: boolean,
): { path: string; request: SoakRequest } {
  const query = waits ? '?wait=20' : '';
  if (repository !== BUILDKITE)
    return { path: `${apiPath(repository)}${query}`, request: { kind: 'PUT', method: 'PUT', body: file } };
  const body = new FormData();
  body.append('file', new File([file], `${name}-${version}.apk`));
  const [owner, , registry] = repository.split('/');
  const path = `/v2/packages/organizations/${owner}/registries/${registry}/packages${query}`;
  return { path, request: { kind: 'Buildkite POST', method: 'POST', body } };
}
