import type { Hono } from 'hono';
import { parseRepository } from '#registry/repository-name.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { parseOrRefuse, publicUrlOf, refuseOtherMethods } from '../paths.ts';
import { setupScript } from '../setup-script.ts';

const SETUP = '/:owner/:branch/:repository/setup.sh';

/** One line for a machine that is to install: `wget -qO- …/setup.sh | sh`. */
export function addSetup(app: Hono, { signers, publicUrl }: ApiDependencies): void {
  app.get(SETUP, async (context) => {
    const { owner, branch, repository } = parseOrRefuse(context, () => parseRepository(context.req.param()));
    const keys = await Promise.all(
      signers.map(async (signer) => ({
        fileName: await signer.keyFileName(),
        pem: await signer.publicKey(),
      })),
    );
    const script = setupScript({
      publicUrl: publicUrlOf(context, publicUrl),
      repository: `${owner}/${branch}/${repository}`,
      keys,
    });
    return context.body(script, 200, { 'Content-Type': 'text/x-shellscript; charset=utf-8' });
  });
  app.all(SETUP, refuseOtherMethods('GET, HEAD'));
}
