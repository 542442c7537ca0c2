import { resolve } from 'node:path';
import { buildSync } from 'esbuild';

/** Source: CloudFront Developer Guide, "Quotas on CloudFront Functions". */
export const MAX_VIEWER_FUNCTION_BYTES = 10 * 1024;

/** CloudFront calls a global function of this name, and knows no modules. */
const ENTRY = `
import { handleViewerRequest } from './viewer-request.ts';
function handler(event) { return handleViewerRequest(event); }
`;

/**
 * `lambdas/edge` as one script for CloudFront's runtime.
 * @throws Error when it is larger than CloudFront takes
 */
export function viewerFunctionCode(): string {
  const { outputFiles } = buildSync({
    stdin: { contents: ENTRY, resolveDir: resolve('lambdas/edge'), loader: 'js' },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2019',
    supported: { destructuring: false, 'default-argument': false, 'for-of': false },
    // The handler is called by nothing that esbuild sees, and by its name.
    treeShaking: false,
    minifyWhitespace: true,
    charset: 'ascii',
    legalComments: 'none',
  });
  const code = outputFiles[0]?.text ?? '';
  const bytes = Buffer.byteLength(code);
  if (bytes > MAX_VIEWER_FUNCTION_BYTES) {
    throw new Error(`The viewer function has ${bytes} bytes; CloudFront takes ${MAX_VIEWER_FUNCTION_BYTES}.`);
  }
  return code;
}
