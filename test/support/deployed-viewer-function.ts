import { createHash } from 'node:crypto';
import { createContext, runInContext } from 'node:vm';
import type { handleViewerRequest } from '#lambdas/edge/viewer-request.ts';

type Handle = (event: Parameters<typeof handleViewerRequest>[0]) => ReturnType<typeof handleViewerRequest>;

/**
 * Runs a viewer function's code as CloudFront does: one script with a global handler, with the modules that its
 * runtime has, and nothing else of Node. A key that is not in the store is an error for who gets it.
 * Source: CloudFront Developer Guide, "Helper methods for key value stores".
 */
export function loadViewerFunction(
  code: string,
  store: { readonly pairs: ReadonlyMap<string, string> },
): Handle {
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
  return async (event) =>
    JSON.parse(JSON.stringify(await runInContext(`handler(${JSON.stringify(event)})`, context)));
}
