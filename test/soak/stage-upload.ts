import { apiPath } from '#test/support/registry-client.ts';
import { askUntilAnswered, type Client } from './client.ts';
import { keep } from './publish.ts';
import { type MadePackage, makePackage, pathOf, type Recipe } from './recipe.ts';
import { sendRequest } from './send-request.ts';

/** Announces a package, sends it to the URL that it is given, and asks what came of it. */
export async function stageUpload(recipe: Recipe, client: Client): Promise<void> {
  const { context } = client;
  const { ledger } = context;
  const made = await makePackage(recipe);
  const { url: announcedAt } = context.registry;
  const announced = await announce(recipe, made, client);
  // Whoever starts anew is at another port, and has forgotten what it signed.
  if (announced === undefined || announcedAt !== context.registry.url) return;
  ledger.note(recipe, { is: 'changing' });
  const startedAt = performance.now();
  const put = { kind: 'upload PUT', method: 'PUT', body: made.file, token: null, headers: announced.headers };
  const sent = await sendRequest(announced.url, put, context);
  if (sent !== undefined && sent.status !== 200)
    return refuse(`an upload was answered ${sent.status}`, recipe, made, client);
  const outcome = await follow(announced.statusPath, sent !== undefined, client);
  if (outcome === undefined || outcome.state === 'waiting')
    return void ledger.note(recipe, { is: 'either', identity: made });
  if (outcome.state !== 'published')
    return refuse(`an upload is ${outcome.state}: ${outcome.code}`, recipe, made, client);
  if (sent !== undefined) context.findings.took('upload published', performance.now() - startedAt);
  keep(recipe, made, outcome.isListed, client);
}

function refuse(what: string, recipe: Recipe, made: MadePackage, { context }: Client): void {
  context.findings.fault(what, pathOf(recipe));
  context.ledger.note(recipe, { is: 'either', identity: made });
}

/** @returns `undefined` when it was not answered, and so nothing is known of it */
async function announce({ repository }: Recipe, { file, sha256 }: MadePackage, { context }: Client) {
  const body = JSON.stringify({ size: file.length, sha256 });
  const headers = { 'content-type': 'application/json' };
  const path = `${apiPath(repository)}/uploads`;
  const answer = await sendRequest(path, { kind: 'announce', method: 'POST', headers, body }, context);
  if (answer?.status !== 201) return undefined;
  const described = answer.body as { url: string; headers: Record<string, string>; id: string };
  return { url: described.url, headers: described.headers, statusPath: `${path}/${described.id}` };
}

interface UploadOutcome {
  state: string;
  isListed: boolean;
  code: unknown;
}

/** @param hasArrived whether its PUT was answered; without, it may be `waiting` for ever, or until its event is handled */
async function follow(path: string, hasArrived: boolean, client: Client): Promise<UploadOutcome | undefined> {
  if (!hasArrived) await client.context.disturbances.over();
  for (;;) {
    const answer = await askUntilAnswered(`${path}?wait=5`, { kind: 'upload status' }, client);
    if (answer === undefined) return undefined;
    const {
      state,
      package: published,
      problem,
    } = answer.body as {
      state: string;
      package: { indexed: boolean } | null;
      problem: { code: string } | null;
    };
    const isOver = state === 'published' || state === 'refused' || (state === 'waiting' && !hasArrived);
    if (isOver) return { state, isListed: published?.indexed === true, code: problem?.code };
  }
}
