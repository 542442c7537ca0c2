/** Runs a function; whatever it throws, Lambda calls a failure of the function. */
export type InvokeFunction = (name: string, event: unknown) => Promise<unknown>;

/**
 * Lambda's Invoke, as far as the API calls it. Source: AWS Lambda API Reference, "Invoke".
 */
export const createLambdaEndpoint =
  (invoke: InvokeFunction) =>
  async (request: Request): Promise<Response> => {
    const [, name] =
      /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(new URL(request.url).pathname) ?? [];
    const isAwaited = request.headers.get('x-amz-invocation-type') === 'RequestResponse';
    if (request.method !== 'POST' || name === undefined || !isAwaited) {
      return Response.json({ message: 'Not what is played here.' }, { status: 400 });
    }
    try {
      return Response.json((await invoke(name, await request.json())) ?? null);
    } catch (error) {
      const { name: errorType, message: errorMessage } = error as Error;
      const headers = { 'X-Amz-Function-Error': 'Unhandled' };
      return Response.json({ errorType, errorMessage, trace: [] }, { headers });
    }
  };
