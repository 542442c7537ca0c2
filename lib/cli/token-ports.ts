import { tokenAdapters } from '#aws/token-adapters.ts';
import { NO_READERS } from '#registry/no-readers.ts';
import type { TokenPorts } from '#registry/tokens.ts';

/** Where the tokens of a deployment are. */
export interface TokenTable {
  table: string;
  /** ARN of the key value store that reads are decided by. */
  readers?: string | undefined;
  /** That of the AWS configuration, without one. */
  region?: string | undefined;
}

/** Those of a deployment, used with the AWS credentials of whoever runs the command. */
export function tokenPorts(where: TokenTable): { ports: TokenPorts; areReadersTold: boolean } {
  return {
    ports: { ...tokenAdapters(where), readers: NO_READERS, clock: Date.now },
    areReadersTold: false,
  };
}
