import { apiPath } from '#test/support/registry-client.ts';
import { askUntilAnswered, type Client } from './client.ts';
import type { Entry } from './ledger.ts';
import { publication, publish } from './publish.ts';
import { makePackage } from './recipe.ts';
import { sendRequest } from './send-request.ts';

/** Others come by an upload, once. */
const isSmall = ({ recipe }: Entry): boolean => recipe.bytes < 1_000_000;

/** Publishes a file again that is there: with the same bytes, or with others. */
export async function publishAgain(client: Client): Promise<void> {
  const small = client.files.filter(isSmall);
  if (small.length === 0) return;
  const { recipe, path } = client.random.pick(small);
  const isSame = client.random.chance(50);
  const made = await makePackage(isSame ? recipe : { ...recipe, revision: recipe.revision + 1 });
  const { path: address, request } = publication(recipe, made, false);
  const answer = await sendRequest(address, request, client.context);
  if (answer === undefined) return;
  const isRight = answer.body.code === 'already-published' && (answer.body.identical === true) === isSame;
  if (!isRight) client.context.findings.fault(`a file that is there was answered ${answer.status}`, path);
}

/** Deletes a file, and now and then publishes other content under its name. */
export async function deleteFile(client: Client): Promise<void> {
  const { random, files } = client;
  const [entry] = files.splice(random.below(files.length), 1);
  if (entry === undefined || !(await remove(entry, client))) return;
  if (isSmall(entry) && random.chance(25))
    await publish({ ...entry.recipe, revision: entry.recipe.revision + 1 }, client);
}

/** @returns whether it is known to be gone */
async function remove(entry: Entry, client: Client): Promise<boolean> {
  const { recipe, path, standing } = entry;
  const { ledger, findings } = client.context;
  if (standing.is !== 'kept') throw new Error(`${path} is ${standing.is}`);
  ledger.note(recipe, { is: 'changing' });
  const { repository, arch, name, version } = recipe;
  const address = `${apiPath(repository)}/${arch}/${encodeURIComponent(`${name}-${version}.apk`)}`;
  const answer = await askUntilAnswered(address, { kind: 'DELETE', method: 'DELETE' }, client);
  const isGone = answer?.status === 204 || (answer?.status === 404 && answer.isRepeated);
  if (isGone) ledger.note(recipe, { is: 'gone', since: Date.now() });
  else ledger.note(recipe, { is: 'either', identity: standing.identity });
  if (answer !== undefined && !isGone)
    findings.fault(`a DELETE of what is there was answered ${answer.status} ${answer.body.code}`, path);
  return isGone;
}
