import { createContext, runInContext } from 'node:vm';
import type { handleViewerRequest } from '#lambdas/edge/viewer-request.ts';

/** Runs a viewer function's code as CloudFront does: one script with a global handler, and nothing of Node. */
export function loadViewerFunction(code: string): typeof handleViewerRequest {
  const context = createContext({});
  runInContext(code, context);
  return (event) => JSON.parse(runInContext(`JSON.stringify(handler(${JSON.stringify(event)}))`, context));
}
