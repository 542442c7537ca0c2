import { quote } from '#apk/apk-format-error.ts';
import { RegistryError } from './registry-error.ts';

/** Which addresses a registry asks for keys. */
export interface IssuerRules {
  /** Whether an issuer may be on this machine, without TLS; for a registry of one machine. */
  allowHttpIssuers?: boolean | undefined;
}

/**
 * Checks where a policy's tokens come from. The keys have to be at the issuer's own host: else whoever may make a
 * policy could sign as any issuer, and records would name builds that never ran.
 * @throws RegistryError `bad-issuer`
 */
export function checkIssuer(issuer: string, jwksUri: string, rules: IssuerRules): void {
  const [at, keysAt] = [parseUrl('issuer', issuer, rules), parseUrl('jwks_uri', jwksUri, rules)];
  if (at.search !== '') throw badIssuer('issuer', issuer, 'has a query');
  if (at.origin !== keysAt.origin) {
    throw badIssuer('jwks_uri', jwksUri, `is not at ${at.origin}, the host of the issuer`);
  }
  const keysPath = KEYS_PATHS[at.hostname];
  const known = keysPath && issuer.replace(/\/$/, '') + keysPath;
  if (known !== undefined && jwksUri !== known) {
    throw badIssuer('jwks_uri', jwksUri, `is not ${known}, where this issuer shows its keys`);
  }
}

/** gitlab.com shows files of everybody's repositories, too, and keys may be among them. Sources: those of the presets. */
const KEYS_PATHS: Readonly<Record<string, string>> = {
  'token.actions.githubusercontent.com': '/.well-known/jwks',
  'gitlab.com': '/oauth/discovery/keys',
  'agent.buildkite.com': '/.well-known/jwks',
  'oidc.circleci.com': '/.well-known/jwks-pub.json',
};

function parseUrl(member: string, text: string, rules: IssuerRules): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || text.length > MAX_CHARACTERS) throw badIssuer(member, text, 'is not a URL');
  if (/[#@\s]/.test(text)) throw badIssuer(member, text, 'has a fragment, a user or a space');
  if (!mayBeAsked(url, rules)) {
    throw badIssuer(member, text, 'is not https, or its host is no public name');
  }
  return url;
}

const MAX_CHARACTERS = 512;

/** Whether keys may be fetched there: never from within the network that the registry runs in. */
export function mayBeAsked({ protocol, hostname }: URL, { allowHttpIssuers = false }: IssuerRules): boolean {
  if (allowHttpIssuers && protocol === 'http:') return LOOPBACK.has(hostname);
  return protocol === 'https:' && PUBLIC_NAME.test(hostname) && !PRIVATE_NAME.test(hostname);
}

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** With a dot, and a letter after the last one: `new URL` has made numbers and hexadecimal ones an IP address. */
const PUBLIC_NAME = /^(?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]*$/;

/** Source: RFC 6761 and RFC 6762; `.internal` is reserved by ICANN, and what AWS calls its instances. */
const PRIVATE_NAME = /\.(?:localhost|local|internal)$/;

const badIssuer = (member: string, value: string, fault: string) =>
  new RegistryError(
    'bad-issuer',
    `${member} is ${quote(value)}, which ${fault}. Write it as the CI system's documentation does, for example https://gitlab.example.com and https://gitlab.example.com/oauth/discovery/keys.`,
  );
