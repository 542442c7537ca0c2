import type { RegistryAddress } from './registry-address.ts';

const TIMEOUT_MS = 20_000;

/** Where it is left out: a GET without a body, for 20 seconds. */
interface RequestOptions {
  method?: string;
  json?: unknown;
  timeoutMs?: number | undefined;
}

/** Where a request goes, and what it says of its sender. */
export type Destination = Pick<RegistryAddress, 'origin' | 'authorization'>;

export interface Answer {
  status: number;
  /** Of the body, as its header says. */
  type: string;
  body: Buffer;
}

/**
 * Sends one request to a registry. A redirect is an answer: nobody else is to see the credentials.
 * @param json the body; none without it
 * @throws Error that names the address, when there is no answer
 */
export async function sendRequest(
  { origin, authorization }: Destination,
  path: string,
  { method = 'GET', json, timeoutMs = TIMEOUT_MS }: RequestOptions = {},
): Promise<Answer> {
  const headers: Record<string, string> = {
    ...(authorization !== undefined && { authorization }),
    ...(json !== undefined && { 'content-type': 'application/json' }),
  };
  const body = json === undefined ? undefined : JSON.stringify(json);
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(`${origin}${path}`, { method, headers, body, redirect: 'manual', signal });
    const type = response.headers.get('content-type') ?? '';
    return { status: response.status, type, body: Buffer.from(await response.arrayBuffer()) };
  } catch (error) {
    const { message, cause } = error as Error;
    const reason = cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code : message;
    throw new Error(`${origin}${path} could not be reached: ${reason}`, { cause: error });
  }
}
