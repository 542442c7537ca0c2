import type { Context } from 'hono';

/** JSON that ends its line, since people read it on a terminal. */
export const sendJson = (
  context: Context,
  value: object,
  status: 200 | 201 | 202 = 200,
  headers: Record<string, string> = {},
): Response =>
  context.body(`${JSON.stringify(value)}\n`, status, { 'Content-Type': 'application/json', ...headers });
