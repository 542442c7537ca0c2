import type { Hono } from 'hono';
import { exchangeToken } from '#registry/exchange-token.ts';
import { parseOwner } from '#registry/repository-name.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { refuseOtherMethods } from '../paths.ts';
import { ACCESS_TOKEN_TYPE, readExchange } from '../read-exchange.ts';
import { noteChange, notePrincipal, ownerOf } from '../request-notes.ts';
import { sendJson } from '../send-json.ts';

const EXCHANGE = '/api/token-exchange';

/** Making a token that can be used again of one that a CI system signed. Source: RFC 8693 section 2.2.1. */
export function addTokenExchange(app: Hono, dependencies: ApiDependencies): void {
  const ports = { ...dependencies, jwts: dependencies.trust.jwts };
  app.post(EXCHANGE, async (context) => {
    const asked = context.req.query('owner');
    const owner = asked === undefined ? undefined : parseOwner(asked);
    const jwt = await readExchange(context.req.raw);
    const { token, stored, life } = await exchangeToken(jwt, owner, ports);
    notePrincipal(context.req.raw, stored);
    noteChange(context.req.raw, {
      action: 'exchange-token',
      owner: ownerOf(stored.grants),
      on: `alp_${stored.id}`,
    });
    return sendJson(context, {
      access_token: token,
      issued_token_type: ACCESS_TOKEN_TYPE,
      token_type: 'Bearer',
      expires_in: life,
      rights: stored.grants,
    });
  });
  app.all(EXCHANGE, refuseOtherMethods('POST'));
}
