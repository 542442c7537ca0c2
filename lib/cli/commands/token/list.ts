import { parseArgs } from 'node:util';
import * as z from 'zod';
import { shownRights, writeRights } from '../../access/rights-options.ts';
import type { Command } from '../../command.ts';
import { CONNECTION_DETAILS, CONNECTION_OPTIONS, connect } from '../../connection/connection.ts';
import { layTable } from '../../terminal/table.ts';

const tokenList = z.looseObject({
  tokens: z.array(
    z.looseObject({
      id: z.string(),
      name: z.string(),
      rights: shownRights,
      expires_at: z.string().nullable(),
      last_used_on: z.string().nullable(),
    }),
  ),
});

const OPTIONS = { ...CONNECTION_OPTIONS, json: { type: 'boolean' } } as const;

export const listTokens: Command = {
  synopsis: 'alpenglow token list [--json]',
  details: `Shows the tokens that you administer, and never the tokens themselves.
  --json    for programs; says besides who made each, and when
${CONNECTION_DETAILS}

Example: alpenglow token list --url https://apk.example.com
`,
  options: OPTIONS,
  async run(args, { environment, print }) {
    const { values } = parseArgs({ args, options: OPTIONS });
    const answer = await connect(values, environment).get('/api/tokens', tokenList);
    print(values.json ? `${JSON.stringify(answer, null, 2)}\n` : textOf(answer));
    return 0;
  },
};

const textOf = ({ tokens }: z.infer<typeof tokenList>): string =>
  layTable(
    ['ID', 'NAME', 'RIGHTS', 'EXPIRES', 'LAST USED'],
    tokens.map(({ id, name, rights, expires_at, last_used_on }) => [
      id,
      name,
      writeRights(rights),
      expires_at ?? 'never',
      last_used_on ?? 'never',
    ]),
  );
