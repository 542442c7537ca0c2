import { resolve } from 'node:path';
import { buildSync } from 'esbuild';

/** Source: CloudFront Developer Guide, "Quotas on CloudFront Functions". */
export const MAX_VIEWER_FUNCTION_BYTES = 10 * 1024;

/** Source: CloudFront Developer Guide, "Helper methods for key value stores": in the first lines of the code. */
const RUNTIME = `import cf from 'cloudfront';
const kvs = cf.kvs();
const crypto = require('crypto');`;

/**
 * CloudFront calls a global function of this name. A key is asked for only where it exists: `get` fails for one
 * that does not, and for a store that does not answer, which must not be taken for the same.
 */
const ENTRY = `
import { handleViewerRequest } from './viewer-request.ts';
const lookup = {
  get: findValue,
  sha256: (text) => crypto.createHash('sha256').update(text).digest('hex'),
  now: () => Date.now(),
};
async function findValue(key) {
  const exists = await kvs.exists(key);
  if (!exists) return undefined;
  const value = await kvs.get(key);
  return value;
}
async function handler(event) {
  const answer = await handleViewerRequest(event, lookup);
  return answer;
}
`;

/**
 * `lambdas/edge` as one script for CloudFront's runtime.
 * @throws Error when it is larger than CloudFront takes
 */
export function viewerFunctionCode(): string {
  const { outputFiles } = buildSync({
    stdin: { contents: ENTRY, resolveDir: resolve('lambdas/edge'), loader: 'js' },
    banner: { js: RUNTIME },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2019',
    supported: {
      destructuring: false,
      'default-argument': false,
      'for-of': false,
      'object-extensions': false,
    },
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
