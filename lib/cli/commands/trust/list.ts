import { parseArgs } from 'node:util';
import * as z from 'zod';
import { shownRights, writeRights } from '../../access/rights-options.ts';
import type { Command } from '../../command.ts';
import { CONNECTION_DETAILS, CONNECTION_OPTIONS, connect } from '../../connection/connection.ts';
import { layTable } from '../../terminal/table.ts';

const policyList = z.looseObject({
  policies: z.array(
    z.looseObject({
      id: z.string(),
      name: z.string(),
      rights: shownRights,
      issuer: z.string(),
      audience: z.string(),
    }),
  ),
});

const OPTIONS = { ...CONNECTION_OPTIONS, json: { type: 'boolean' } } as const;

export const listTrust: Command = {
  synopsis: 'alpenglow trust list [--json]',
  details: `Shows the policies that you administer: whose CI jobs are trusted, and with what.
  --json    for programs; says besides on which conditions, in the words of trust add --file
${CONNECTION_DETAILS}

Example: alpenglow trust list --url https://apk.example.com
`,
  options: OPTIONS,
  async run(args, { environment, print }) {
    const { values } = parseArgs({ args, options: OPTIONS });
    const answer = await connect(values, environment).get('/api/trust', policyList);
    print(values.json ? `${JSON.stringify(answer, null, 2)}\n` : textOf(answer));
    return 0;
  },
};

const textOf = ({ policies }: z.infer<typeof policyList>): string =>
  layTable(
    ['ID', 'NAME', 'RIGHTS', 'ISSUER', 'AUDIENCE'],
    policies.map(({ id, name, rights, issuer, audience }) => [
      id,
      name,
      writeRights(rights),
      issuer,
      audience,
    ]),
  );
