import { parseArgs } from 'node:util';
import { BOOTSTRAP_ID, idOfToken, isTokenId } from '#registry/token-text.ts';
import { deleteEach, withIds } from '../../access/delete-each.ts';
import { type Command, UsageError } from '../../command.ts';
import { CONNECTION_DETAILS, CONNECTION_OPTIONS, connect } from '../../connection/connection.ts';

export const revokeTokens: Command = {
  synopsis: 'alpenglow token revoke ID...',
  details: `Ends tokens; the registry refuses them from the next request on.
  ID        as the list has it, with or without alp_ before it; a whole token will do, too
${CONNECTION_DETAILS}

Example: alpenglow token revoke 4n2kq7d3mzw5xh6b
`,
  options: CONNECTION_OPTIONS,
  async run(args, terminal) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: CONNECTION_OPTIONS });
    const tokens = withIds(positionals.map(readId), '/api/tokens');
    const client = connect(values, terminal.environment);
    return deleteEach(tokens, { client, done: 'revoked' }, terminal);
  },
};

/** What is not understood is not repeated: it may be a token of another kind. */
function readId(text: string): string {
  const inToken = idOfToken(text);
  const id = inToken === BOOTSTRAP_ID ? text.replace(/^alp_/, '') : inToken;
  if (isTokenId(id)) return id;
  throw new UsageError(
    'Not the id of a token: it is 16 letters and digits, and alpenglow token list shows it.',
  );
}
