import { createHash } from 'node:crypto';
import { inParallel } from '#cli/terminal/in-parallel.ts';
import { urlPath } from '#registry/object-keys.ts';
import type { Entry } from './ledger.ts';
import type { SoakContext } from './soak-context.ts';

const AT_ONCE = 8;

/** Fetches every file that was ever published: what is kept must be there to the byte, what was deleted must not. */
export async function compareWithLedger(context: SoakContext): Promise<void> {
  await inParallel(context.ledger.all(), AT_ONCE, (entry) => compareFile(entry, context));
}

async function compareFile({ path, standing }: Entry, { registry, readerToken, findings }: SoakContext) {
  const headers = { authorization: `Bearer ${readerToken}` };
  const response = await registry.fetch(urlPath(path), { headers });
  const sha256 = createHash('sha256')
    .update(Buffer.from(await response.arrayBuffer()))
    .digest('hex');
  const expected = 'identity' in standing ? standing.identity.sha256 : undefined;
  const isSame = response.status === 200 && sha256 === expected;
  const isAbsent = response.status === 404;
  const isRight = { kept: isSame, gone: isAbsent, either: isSame || isAbsent, changing: false }[standing.is];
  findings.count(`in the end, ${standing.is}${isRight ? '' : ', wrongly'}`);
  if (!isRight) findings.fault(`in the end, what is ${standing.is} is answered ${response.status}`, path);
}
