import type { ApiUnderTest } from '#test/lambdas/api/api-under-test.ts';
import { ACCEPTED } from '../fuzz-target.ts';

/**
 * What is promised of every answer of the API: it is no failure of ours, and a refusal says what is wrong.
 * @returns `accepted`, or the code of the refusal
 */
export async function checkAnswer(
  response: Response,
  { logged }: Pick<ApiUnderTest, 'logged'>,
): Promise<string> {
  const { status, headers } = response;
  const body = await response.text();
  const failed = logged.splice(0);
  if (failed.length > 0) throw new Error(`${status}: the registry failed`, { cause: failed[0] });
  if (status >= 500 || status < 200) throw new Error(`${status} ${body}`);
  if (headers.get('cache-control') !== 'no-store') throw new Error(`${status} may be kept by a cache`);
  if (status < 300) return ACCEPTED;
  if (status < 400) {
    const location = headers.get('location') ?? '';
    if (!/^\/[A-Za-z0-9]/.test(location)) throw new Error(`${status} leads to ${JSON.stringify(location)}`);
    return String(status);
  }
  if (headers.get('content-type') !== 'application/problem+json') throw new Error(`${status} ${body}`);
  // The answer to a HEAD.
  if (body === '') return String(status);
  const problem = JSON.parse(body);
  if (problem.status !== status || typeof problem.code !== 'string' || typeof problem.detail !== 'string')
    throw new Error(`${status} is no problem document: ${body}`);
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(problem.detail))
    throw new Error(`the detail is not fit to be shown: ${body}`);
  return problem.code;
}
