import type { Hono } from 'hono';
import { refuseOtherMethods } from '../paths.ts';

export function addHealth(app: Hono): void {
  app.get('/api/health', (context) => context.json({ status: 'ok' }));
  app.all('/api/health', refuseOtherMethods('GET, HEAD'));
}
