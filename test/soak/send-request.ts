import type { SoakContext } from './soak-context.ts';

/** Longer than any answer takes that comes. */
const TIMEOUT_MS = 60_000;

export interface Answer {
  status: number;
  /** Of JSON; empty of anything else. */
  body: Record<string, unknown>;
}

export interface SoakRequest extends RequestInit {
  /** What its answers are counted as. */
  kind: string;
  /** Every right by default; `null` for none. */
  token?: string | null;
}

/**
 * Sends a request and counts its answer. That there is none, or a failure of the server's, is a fault unless
 * something was killed meanwhile.
 * @param path of the registry, or the URL that it gave for an upload
 * @returns `undefined` when nobody knows what came of it
 */
export async function sendRequest(
  path: string,
  { kind, token, ...init }: SoakRequest,
  { registry, findings, disturbances }: SoakContext,
): Promise<Answer | undefined> {
  const startedAt = Date.now();
  const secret = token === undefined ? registry.token : token;
  const headers = { ...(secret && { authorization: `Bearer ${secret}` }), ...init.headers };
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const isOwn = path.startsWith('/');
    const request = { ...init, headers, signal };
    const response = await (isOwn ? registry.fetch(path, request) : fetch(path, request));
    const body = bodyIn(await response.text());
    if (response.status < 500) {
      findings.count(`answer, ${kind}: ${response.status}${codeIn(body)}`);
      return { status: response.status, body };
    }
    findings.count(`answer, ${kind}: 5xx`);
    if (!disturbances.since(startedAt))
      findings.fault(`${kind} was answered ${response.status}, and nothing had been killed`, path);
  } catch (error) {
    findings.count(`answer, ${kind}: cut off`);
    if (!disturbances.since(startedAt))
      findings.fault(
        `${kind} got no answer (${String((error as Error).cause ?? error)}), and nothing had been killed`,
        path,
      );
  }
  return undefined;
}

function bodyIn(text: string): Answer['body'] {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

const codeIn = ({ code, identical }: Answer['body']): string =>
  typeof code === 'string' ? ` ${code}${identical === true ? ', identical' : ''}` : '';
