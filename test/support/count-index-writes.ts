import type { S3Client } from '@aws-sdk/client-s3';
import { INDEX_FILE } from '#registry/object-keys.ts';

/** Counts the times an index is stored through `client`. */
export function countIndexWrites(client: S3Client): { count(): number } {
  let writes = 0;
  onIndexWrite(client, () => {
    writes += 1;
  });
  return { count: () => writes };
}

/** Has `tell` called whenever an index is stored through `client`. */
export function onIndexWrite(client: S3Client, tell: () => void): void {
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        const { Key = '' } = args.input as { Key?: string };
        if (commandName === 'PutObjectCommand' && Key.endsWith(INDEX_FILE)) tell();
        return next(args);
      },
    { step: 'initialize', name: 'onIndexWrite' },
  );
}
