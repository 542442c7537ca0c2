import { LambdaClient } from '@aws-sdk/client-lambda';
import { ReconcileFunction } from '#aws/reconcile-function.ts';
import { type Listening, listen } from '#local/listen.ts';
import { createLambdaEndpoint, type InvokeFunction } from '#test/support/lambda-endpoint.ts';

let invoke: InvokeFunction;
let lambda: Listening;
let client: LambdaClient;
beforeAll(async () => {
  lambda = await listen(createLambdaEndpoint((...invocation) => invoke(...invocation)));
  const credentials = { accessKeyId: 'test', secretAccessKey: 'not-checked' };
  client = new LambdaClient({ endpoint: lambda.url, region: 'local', credentials });
});
afterAll(async () => {
  client.destroy();
  await lambda.close();
});

test('the function is run by its name, with what is asked for, and its answer is passed on', async () => {
  const asked: unknown[] = [];
  invoke = async (...invocation) => {
    asked.push(invocation);
    return { reindexed: ['acme/v3.22/main/x86_64/APKINDEX.tar.gz'] };
  };
  const repository = { owner: 'acme', branch: 'v3.22', repository: 'main' };
  expect(await new ReconcileFunction(client, 'daily').run({ reindex: repository })).toEqual({
    reindexed: ['acme/v3.22/main/x86_64/APKINDEX.tar.gz'],
  });
  expect(asked).toEqual([['daily', { reindex: repository }]]);
});

test('an answer that takes too long is not waited for, nor asked for again', async () => {
  let invocations = 0;
  let end = () => {};
  invoke = () => {
    invocations += 1;
    return new Promise<void>((resolve) => {
      end = resolve;
    });
  };
  expect(await new ReconcileFunction(client, 'daily', 100).run({ reconcile: true })).toBe('running');
  end();
  expect(invocations).toBe(1);
});

test('a function that has failed is no answer', async () => {
  invoke = async () => {
    throw new Error('out of memory');
  };
  const run = new ReconcileFunction(client, 'daily').run({ reconcile: true });
  await expect(run).rejects.toThrow('The Reconcile function has failed: out of memory');
});
