import { createHash } from 'node:crypto';
import { type Context, createContext, runInContext } from 'node:vm';
import type { handleViewerRequest } from '#lambdas/edge/viewer-request.ts';

type Handle = (event: Parameters<typeof handleViewerRequest>[0]) => ReturnType<typeof handleViewerRequest>;

/** What the code asks its key value store for. */
export interface ViewerStore {
  readonly pairs: { has(key: string): boolean; get(key: string): string | undefined };
}

/**
 * A viewer function's code as CloudFront has it: one script with a global handler, with the modules that its
 * runtime has, and nothing else of Node. A key that is not in the store is an error for who gets it.
 * Source: CloudFront Developer Guide, "Helper methods for key value stores".
 */
export function viewerContext(code: string, store: ViewerStore): Context {
  const kvs = {
    exists: async (key: string) => store.pairs.has(key),
    get: async (key: string) => {
      const value = store.pairs.get(key);
      if (value === undefined) throw new Error('KeyNotFound');
      return value;
    },
  };
  const modules: Record<string, object> = { crypto: { createHash } };
  const context = createContext({ cf: { kvs: () => kvs }, require: (name: string) => modules[name], Buffer });
  // vm's scripts have no imports; where this one stands, CloudFront gives what is global here.
  runInContext(code.replace(/^import cf from 'cloudfront';$/m, ''), context);
  return context;
}

/** Runs a viewer function's code as CloudFront does: what goes in and comes out is JSON. */
export function loadViewerFunction(code: string, store: ViewerStore): Handle {
  const context = viewerContext(code, store);
  return async (event) =>
    JSON.parse(JSON.stringify(await runInContext(`handler(${JSON.stringify(event)})`, context)));
}
