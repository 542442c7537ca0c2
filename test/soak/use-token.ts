import { INDEX_FILE } from '#registry/object-keys.ts';
import { apiPath } from '#test/support/registry-client.ts';
import { askUntilAnswered, type Client } from './client.ts';
import { PRIVATE } from './places.ts';
import { publish } from './publish.ts';
import type { Recipe } from './recipe.ts';
import { sendRequest } from './send-request.ts';

const INDEX = `/${PRIVATE}/x86_64/${INDEX_FILE}`;

/** Makes a token, reads and publishes with it, revokes it, and looks that it has ended. */
export async function useToken(recipe: Recipe, client: Client): Promise<void> {
  const { context } = client;
  const made = await makeToken('soak', client);
  if (made === undefined) return;
  await expectStatus(200, made.token, client);
  await publish({ ...recipe, repository: PRIVATE }, client, made.token);
  const revoking = { kind: 'token revoke', method: 'DELETE' };
  const revoked = await askUntilAnswered(`/api/tokens/${made.id}`, revoking, client);
  if (revoked === undefined) {
    context.ledger.lostTokenRequests += 1;
    return;
  }
  const hasEnded = revoked.status === 204 || (revoked.status === 404 && revoked.isRepeated);
  if (!hasEnded) context.findings.fault(`revoking a token was answered ${revoked.status}`, '/api/tokens');
  await expectStatus(401, made.token, client);
  const put = { kind: 'PUT by who may not', method: 'PUT', body: 'nothing', token: made.token };
  const refused = await sendRequest(apiPath(PRIVATE), put, context);
  if (refused !== undefined && refused.status !== 401)
    context.findings.fault(
      `who has a token that was revoked was answered ${refused.status}`,
      apiPath(PRIVATE),
    );
}

/** A token that reads and publishes in the private repository; `undefined` when it was not answered. */
export async function makeToken(
  name: string,
  { context }: Pick<Client, 'context'>,
): Promise<{ id: string; token: string } | undefined> {
  const rights = [{ allow: ['read', 'publish'], on: PRIVATE }];
  const body = JSON.stringify({ name, rights, expires_in_days: 1 });
  const headers = { 'content-type': 'application/json' };
  const answer = await sendRequest(
    '/api/tokens',
    { kind: 'token create', method: 'POST', headers, body },
    context,
  );
  if (answer === undefined) context.ledger.lostTokenRequests += 1;
  return answer?.status === 201 ? (answer.body as { id: string; token: string }) : undefined;
}

async function expectStatus(status: number, token: string, { context }: Client): Promise<void> {
  const kind = status === 200 ? 'GET with a token' : 'GET with a revoked token';
  const answer = await sendRequest(INDEX, { kind, token }, context);
  if (answer !== undefined && answer.status !== status)
    context.findings.fault(`${kind} was answered ${answer.status}`, INDEX);
}
