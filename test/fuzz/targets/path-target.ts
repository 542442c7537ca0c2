import type { ReaderLookup } from '#lambdas/edge/read-access.ts';
import type { ViewerRequest } from '#lambdas/edge/viewer-event.ts';
import { handleViewerRequest } from '#lambdas/edge/viewer-request.ts';
import { ACCEPTED, type FuzzTarget } from '../fuzz-target.ts';
import type { Random } from '../random.ts';

interface Input {
  method: string;
  uri: string;
  authorization: string | undefined;
}

const SEGMENTS = [
  ...[
    'acme',
    'Acme',
    'v3.22',
    'main',
    'x86_64',
    'noarch',
    'APKINDEX.tar.gz',
    'a-1.0-r0.apk',
    'libstdc++-1-r0.apk',
  ],
  ...[
    'api',
    'API',
    'v2',
    'key',
    'rsakey',
    'setup.sh',
    'packages',
    'alpine',
    'organizations',
    'registries',
    'alpine_any',
  ],
  ...['uploads', 'tokens', 'health', 'a.rsa.pub', '00000000-0000-0000-0000-000000000000', 'secret', '_', '*'],
];
const HOSTILE = [
  ...[
    '',
    '.',
    '..',
    '...',
    '%2e',
    '%2E%2e',
    '%252e%252e',
    '%2f',
    '%5c',
    '\\',
    '%00',
    '%0d%0aX-Injected:1',
    '%',
    '%zz',
    '%ff',
  ],
  ...[
    '%c0%ae',
    '%e2%80%ae',
    ';a=b',
    '?a',
    '#a',
    '@evil.example',
    'evil.example',
    ':80',
    ' ',
    '\t',
    '\u00e9',
    '~',
    '%7e',
    '+',
    '%2B',
  ],
  ...[
    'a'.repeat(300),
    `${'../'.repeat(20)}etc/passwd`,
    '__proto__',
    'constructor',
    '%25',
    '%2525',
    '&',
    '"',
    '<script>',
    '`id`',
    '$(id)',
  ],
];

const TEMPLATES = [
  ['acme', 'v3.22', 'main', 'x86_64', 'APKINDEX.tar.gz'],
  ['api', 'packages', 'acme', 'alpine', 'v3.22', 'main', 'x86_64', 'a-1.0-r0.apk'],
  ['api', 'packages', 'acme', 'alpine', 'v3.22', 'main'],
  ['v2', 'packages', 'organizations', 'acme', 'registries', 'tools', 'packages'],
  ['acme', 'tools', 'alpine_any', 'alpine_any', 'main', 'x86_64', 'a-1.0-r0.apk'],
  ['secret', 'v3.22', 'main', 'x86_64', 'a-1.0-r0.apk'],
];

/** A path near those that there are. */
export function strangeUri(random: Random): string {
  const segments = [...random.pick(TEMPLATES)];
  for (let i = random.few(4); i > 0; i--) {
    const at = random.below(segments.length + 1);
    const segment = random.pick(random.chance(0.4) ? SEGMENTS : HOSTILE);
    segments.splice(at, random.below(2), random.chance(0.3) ? `${segments[at] ?? ''}${segment}` : segment);
  }
  return `${random.pick(['/', '/', '/', '//'])}${segments.join('/')}`;
}

const METHODS = ['GET', 'GET', 'GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'PATCH', 'get', ''];

/** Only what stands below `secret` is private, and nobody has a token for it. */
const lookup: ReaderLookup = {
  get: async (key) => (key === 'v' ? 'public' : key === 'v/secret' ? 'private' : undefined),
  sha256: (text) => text,
  now: () => 1_700_000_000_000,
};

/** What CloudFront's function does with any path: it leads to one spelling of a file, to the API, or nowhere. */
export const pathTarget = (): FuzzTarget<Input> => ({
  name: 'paths',
  make: (random) => ({
    method: random.pick(METHODS),
    uri: strangeUri(random),
    authorization: random.chance(0.3)
      ? random.pick(['', 'Basic', 'Basic Og==', 'Bearer x', `Bearer ${'x'.repeat(9000)}`, 'Basic /w=='])
      : undefined,
  }),
  describe: (input) => JSON.stringify(input),
  async judge({ method, uri, authorization }) {
    const headers: ViewerRequest['headers'] = {};
    if (authorization !== undefined) headers.authorization = { value: authorization };
    const answer = await handleViewerRequest({ request: { method, uri, querystring: {}, headers } }, lookup);
    if ('statusCode' in answer) {
      const location = answer.headers.location?.value;
      if (location !== undefined && !/^\/[^/\\]/.test(location)) throw new Error(`leads to ${location}`);
      if (answer.statusCode < 300 || answer.statusCode >= 500)
        throw new Error(`answers ${answer.statusCode}`);
      return String(answer.statusCode);
    }
    if (/^\/(?:api|v2)(?:\/|$)/i.test(answer.uri)) {
      if (answer.uri !== uri.replaceAll('%', '%25')) throw new Error(`${answer.uri} reaches the API`);
      return 'to the API';
    }
    checkStored(answer.uri);
    return ACCEPTED;
  },
});

/** Of a path that goes on to the bucket. */
function checkStored(uri: string): void {
  if (!/^(?:\/(?:[A-Za-z0-9._-]|%2B|%7E)+)+$/.test(uri) && !/^\/[a-z0-9._%-]+\/key/i.test(uri))
    throw new Error(`${uri} reaches the bucket`);
  if (uri.split('/').some((segment) => segment === '.' || segment === '..'))
    throw new Error(`${uri} leads out`);
  const isOpen = /^\/secret\/(?:key|[^/]+\.rsa\.pub|key\/[^/]+|[^/]+\/rsakey|[^/]+\/[^/]+\/setup\.sh)$/.test(
    uri,
  );
  if (uri.startsWith('/secret/') && !isOpen) throw new Error(`${uri} is shown to everybody`);
}
