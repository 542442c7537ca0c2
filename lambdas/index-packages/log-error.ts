/** Into the function's log, with the stacks of the error and of what caused it. */
export function logError(error: unknown): void {
  process.stderr.write(`${stacksOf(error)}\n`);
}

function stacksOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\nbecause of ${stacksOf(error.cause)}`;
  return `${error.stack}${cause}`;
}
