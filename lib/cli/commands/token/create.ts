import { parseArgs } from 'node:util';
import type { TokenTable } from '#aws/token-adapters.ts';
import type { TokenRequest } from '#registry/token-terms.ts';
import { describeMade, type MadeToken, madeToken } from '../../access/made-token.ts';
import { RIGHTS_DETAILS, RIGHTS_OPTIONS, readRights } from '../../access/rights-options.ts';
import { type Command, UsageError } from '../../command.ts';
import { CONNECTION_DETAILS, CONNECTION_OPTIONS, connect } from '../../connection/connection.ts';

const OPTIONS = {
  ...CONNECTION_OPTIONS,
  ...RIGHTS_OPTIONS,
  name: { type: 'string' },
  days: { type: 'string' },
  never: { type: 'boolean' },
  table: { type: 'string' },
  readers: { type: 'string' },
  region: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export const createToken: Command = {
  synopsis: 'alpenglow token create --name NAME --allow RIGHTS --on PLACE... [--days N | --never] [--json]',
  details: `Makes a token, and prints it alone to standard output, this once.
  --name    what people call it
${RIGHTS_DETAILS}
  --days    that it lasts, 90 by default, or --never for one that does not end
  --json    for programs
${CONNECTION_DETAILS}

The first token of a deployment is made with AWS credentials, straight at the table:
  --table   its name
  --readers ARN of the key value store that reads are decided by
  --region  by default that of the AWS configuration

Example: alpenglow token create --name ci --allow publish,delete --on acme/v3.22/main --days 30
`,
  options: OPTIONS,
  async run(args, terminal) {
    const { values } = parseArgs({ args, options: OPTIONS });
    const request = readRequest(values);
    const made = isAtTable(values)
      ? await createAtTable(request, tableOf(values))
      : await connect(values, terminal.environment).post('/api/tokens', bodyOf(request), madeToken);
    terminal.print(values.json ? `${JSON.stringify(made, null, 2)}\n` : `${made.token}\n`);
    if (!values.json) terminal.note(describeMade(made));
    return 0;
  },
};

type Flags = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

function readRequest({ name, days, never, ...rights }: Flags): TokenRequest {
  if (name === undefined) throw new UsageError('No --name: say what people are to call the token.');
  return { name, grants: readRights(rights), expiresInDays: readDays(days, never) };
}

/** @returns `undefined` for as long as the registry says */
function readDays(days: string | undefined, never: boolean | undefined): number | null | undefined {
  if (never && days !== undefined) throw new UsageError('--days and --never are one or the other.');
  if (never) return null;
  if (days === undefined) return undefined;
  if (/^[0-9]{1,6}$/.test(days)) return Number(days);
  throw new UsageError(`--days is ${JSON.stringify(days)}, not a number of days.`);
}

const bodyOf = ({ name, grants, expiresInDays }: TokenRequest) => ({
  name,
  rights: grants,
  expires_in_days: expiresInDays,
});

function isAtTable({ table, readers, region, url, token }: Flags): boolean {
  if (table === undefined && (readers ?? region) !== undefined) {
    throw new UsageError('--readers and --region go with --table.');
  }
  if (table !== undefined && (url ?? token) !== undefined) {
    throw new UsageError('With --table no registry is asked: leave out --url and --token.');
  }
  return table !== undefined;
}

function tableOf({ table, readers, region }: Flags): TokenTable {
  if (!table) throw new UsageError('--table is empty: the output TableName of the deployment says it.');
  if (!readers) throw new UsageError('No --readers: the output TokenCommand of the deployment says it.');
  return { table, readers, region };
}

/** Needs the AWS SDK, and nothing else of this command does. */
async function createAtTable(request: TokenRequest, table: TokenTable): Promise<MadeToken> {
  const { createTokenAtTable } = await import('../../access/create-token-at-table.ts');
  return createTokenAtTable(request, table);
}
