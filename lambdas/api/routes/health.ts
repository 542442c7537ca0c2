import type { Hono } from 'hono';
import { refuseOtherMethods } from '../paths.ts';
import { sendJson } from '../send-json.ts';

export function addHealth(app: Hono): void {
  app.get('/api/health', (context) => sendJson(context, { status: 'ok' }));
  app.all('/api/health', refuseOtherMethods('GET, HEAD'));
}
