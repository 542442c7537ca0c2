import { parseArgs } from 'node:util';
import { deleteEach, withIds } from '../../access/delete-each.ts';
import type { Command } from '../../command.ts';
import { CONNECTION_DETAILS, CONNECTION_OPTIONS, connect } from '../../connection/connection.ts';

export const removeTrust: Command = {
  synopsis: 'alpenglow trust remove ID...',
  details: `Ends policies. Tokens that jobs got in exchange last until their own end, an hour at most.
  ID        as alpenglow trust list has it
${CONNECTION_DETAILS}

Example: alpenglow trust remove 0184990a-4782-42b5-afc1-16715b10b1a0
`,
  options: CONNECTION_OPTIONS,
  async run(args, terminal) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: CONNECTION_OPTIONS });
    const policies = withIds(positionals, '/api/trust');
    const client = connect(values, terminal.environment);
    return deleteEach(policies, { client, done: 'removed' }, terminal);
  },
};
