import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { StandInClients } from '#aws/stand-in-clients.ts';

export interface CallCount {
  reset(): void;
  /** How often each operation was asked for, for example `S3 GetObject`. */
  made(): Record<string, number>;
}

/** Counts the calls that clients make. */
export function countCalls({
  s3,
  dynamodb,
  kms,
  cloudfront,
  keyvaluestore,
  lambda,
}: StandInClients & { lambda?: LambdaClient }): CallCount {
  let calls: Record<string, number> = {};
  const clients = {
    S3: s3,
    DynamoDB: dynamodb,
    KMS: kms,
    CloudFront: cloudfront,
    KeyValueStore: keyvaluestore,
    ...(lambda && { Lambda: lambda }),
  };
  for (const [service, client] of Object.entries(clients)) {
    const middleware = client.middlewareStack as {
      add(step: unknown, options: { step: 'initialize'; name: string }): void;
    };
    const count =
      (next: (args: unknown) => unknown, { commandName }: { commandName: string }) =>
      (args: unknown) => {
        const call = `${service} ${commandName.replace(/Command$/, '')}`;
        calls[call] = (calls[call] ?? 0) + 1;
        return next(args);
      };
    middleware.add(count, { step: 'initialize', name: 'countCalls' });
  }
  return {
    reset: () => {
      calls = {};
    },
    made: () => calls,
  };
}
