import { parseArgs } from 'node:util';
import * as z from 'zod';
import { type Command, UsageError } from '../command.ts';
import type { ApiClient } from '../connection/api-client.ts';
import { CONNECTION_DETAILS, CONNECTION_OPTIONS, connect } from '../connection/connection.ts';
import { layTable } from '../terminal/table.ts';

const DEFAULT_LIMIT = '100';
/** Entries that the API gives at once. */
const PAGE = 1000;

const auditPage = z.looseObject({
  entries: z.array(
    z.looseObject({
      at: z.string(),
      who: z.string(),
      from: z.string().nullable(),
      action: z.string(),
      on: z.string(),
      outcome: z.string(),
    }),
  ),
  next: z.string().nullable(),
});

type AuditPage = z.infer<typeof auditPage>;

const OPTIONS = {
  ...CONNECTION_OPTIONS,
  owner: { type: 'string' },
  limit: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export const audit: Command = {
  synopsis: 'alpenglow audit [--owner OWNER] [--limit N] [--json]',
  details: `Shows who did what, the newest first: what was changed, and what somebody was not let to change.
  --owner   whose alone; who administers less than the whole registry has to say it
  --limit   how many entries at most, ${DEFAULT_LIMIT} by default
  --json    for programs
${CONNECTION_DETAILS}

Example: alpenglow audit --owner acme --limit 20
`,
  options: OPTIONS,
  async run(args, { environment, print, note }) {
    const { values } = parseArgs({ args, options: OPTIONS });
    const limit = readLimit(values.limit ?? DEFAULT_LIMIT);
    const newest = await readNewest(connect(values, environment), limit, values.owner);
    print(values.json ? `${JSON.stringify(newest, null, 2)}\n` : textOf(newest));
    if (!values.json && newest.next !== null) note('There are older ones; a higher --limit shows them.\n');
    return 0;
  },
};

function readLimit(text: string): number {
  if (/^[1-9][0-9]{0,5}$/.test(text)) return Number(text);
  throw new UsageError(`--limit is ${JSON.stringify(text)}, not a number from 1 to 999999.`);
}

/** As one page, of as many as the API has to be asked for. */
async function readNewest(client: ApiClient, limit: number, owner: string | undefined): Promise<AuditPage> {
  const entries: AuditPage['entries'] = [];
  let next: string | null = null;
  do {
    const query = new URLSearchParams({
      limit: String(Math.min(limit - entries.length, PAGE)),
      ...(owner !== undefined && { owner }),
      ...(next !== null && { before: next }),
    });
    const page: AuditPage = await client.get(`/api/audit?${query}`, auditPage);
    entries.push(...page.entries);
    next = page.next;
  } while (next !== null && entries.length < limit);
  return { entries, next };
}

const textOf = ({ entries }: AuditPage): string =>
  layTable(
    ['AT', 'WHO', 'FROM', 'ACTION', 'ON', 'OUTCOME'],
    entries.map(({ at, who, from, action, on, outcome }) => [at, who, from ?? '', action, on, outcome]),
  );
