import * as z from 'zod';
import { withoutControls } from '../terminal/terminal-text.ts';
import type { Answer } from './send-request.ts';

/** Source: RFC 9457; `code` and `identical` are the registry's own. */
export const problemSchema = z.looseObject({
  status: z.number().optional(),
  detail: z.string(),
  code: z.string().optional(),
  identical: z.boolean().optional(),
});

interface RefusalDetails {
  status: number;
  /** The registry's name of the reason, or S3's; `undefined` where the answer has none. */
  code?: string | undefined;
  /** Of `already-published`: what is there has the same bytes. */
  identical?: boolean | undefined;
  /** Seconds after which to come back. */
  retryAfter?: number | undefined;
}

/** The answer was no; the message is what it says of why. */
export class RefusalError extends Error {
  override readonly name = 'RefusalError';
  readonly status: number;
  readonly code: string | undefined;
  readonly identical: boolean;
  readonly retryAfter: number | undefined;

  constructor(message: string, { status, code, identical, retryAfter }: RefusalDetails) {
    super(withoutControls(message));
    this.status = status;
    this.code = code;
    this.identical = identical ?? false;
    this.retryAfter = retryAfter;
  }
}

/** Nobody answered, or the answer was cut off: the same request may succeed. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/** @param address what was asked, for an answer that does not say why */
export function refusalOf(answer: Answer, address: string): RefusalError {
  const { status, retryAfter } = answer;
  const problem = problemIn(answer) ?? storageProblemIn(answer);
  if (problem !== undefined) return new RefusalError(problem.detail, { ...problem, status, retryAfter });
  return new RefusalError(`${address} answered ${status}, and not why.`, { status, retryAfter });
}

type Problem = Pick<z.infer<typeof problemSchema>, 'detail' | 'code' | 'identical'>;

function problemIn({ type, body }: Answer): Problem | undefined {
  return type.startsWith('application/problem+json')
    ? problemSchema.safeParse(parseJson(body)).data
    : undefined;
}

/** Source: S3 API Reference, "Error responses". */
function storageProblemIn({ type, body }: Answer): Problem | undefined {
  if (!/^(application|text)\/xml\b/.test(type)) return undefined;
  const text = body.toString();
  const code = /<Code>([A-Za-z0-9.]+)<\/Code>/.exec(text)?.[1];
  const message = /<Message>([^<]*)<\/Message>/.exec(text)?.[1];
  return code === undefined
    ? undefined
    : { code, detail: `The storage refused the file: ${code} ${message ?? ''}`.trim() };
}

/** @returns `undefined` for what is none, which no schema takes */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
