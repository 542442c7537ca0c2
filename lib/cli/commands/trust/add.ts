import { parseArgs } from 'node:util';
import * as z from 'zod';
import { POLICY_OPTIONS, readPolicy } from '../../access/policy-options.ts';
import { RIGHTS_DETAILS, shownRights, writeRights } from '../../access/rights-options.ts';
import type { Command } from '../../command.ts';
import { CONNECTION_DETAILS, CONNECTION_OPTIONS, connect } from '../../connection/connection.ts';
import { withoutControls } from '../../terminal/terminal-text.ts';

const madePolicy = z.looseObject({
  id: z.string().regex(/^[\x21-\x7e]+$/),
  name: z.string(),
  rights: shownRights,
  issuer: z.string(),
  audience: z.string(),
});

const OPTIONS = { ...CONNECTION_OPTIONS, ...POLICY_OPTIONS, json: { type: 'boolean' } } as const;

export const addTrust: Command = {
  synopsis: 'alpenglow trust add --preset PRESET … | --file POLICY.json [--json]',
  details: `Trusts the jobs of a CI system, and prints the id of the policy that says so.
  --preset  github     --repository OWNER/NAME --repository-id N --owner-id N [--ref REF]
                       [--environment NAME]
            gitlab     --project-id N --namespace-id N [--ref REF] [--ref-type tag]
                       [--ref-protected false] [--issuer URL]
            buildkite  --organization-id UUID --pipeline-id UUID [--build-branch BRANCH]
            circleci   --organization-id UUID --project-id UUID [--vcs-ref REF] [--vcs-origin ORIGIN]
${RIGHTS_DETAILS}
  --name, --audience, --max-life-seconds
            what the policy is called, whom the jobs' tokens have to be made for (the registry's
            address by default), and how long a token lasts that is given in exchange (900)
  --file    a whole policy, as docs/ci.md has them
  --json    for programs: the whole answer
${CONNECTION_DETAILS}

Example: alpenglow trust add --preset github --repository acme/tools --repository-id 123 --owner-id 45 --ref 'refs/tags/v*' --right publish:acme/v3.22/main
`,
  options: OPTIONS,
  async run(args, { environment, print, note }) {
    const { values } = parseArgs({ args, options: OPTIONS });
    const { url, token, json, ...policy } = values;
    const asked = await readPolicy(policy);
    const made = await connect({ url, token }, environment).post('/api/trust', asked, madePolicy);
    print(json ? `${JSON.stringify(made, null, 2)}\n` : `${made.id}\n`);
    if (!json) note(describe(made));
    return 0;
  },
};

function describe({ name, rights, issuer, audience }: z.infer<typeof madePolicy>): string {
  const may = withoutControls(`${name} may ${writeRights(rights)}`);
  const who = withoutControls(`with tokens of ${issuer} that are made for ${audience}`);
  return `${may}\n${who}\n`;
}
