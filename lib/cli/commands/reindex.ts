import { parseArgs } from 'node:util';
import * as z from 'zod';
import { type Command, UsageError } from '../command.ts';
import { CONNECTION_DETAILS, CONNECTION_OPTIONS, clientOf } from '../connection/connection.ts';
import { readPlace } from '../connection/read-place.ts';
import { apiPathOf } from '../connection/repository-path.ts';
import { noteRunning, orRunning, PATIENCE } from '../maintenance-answer.ts';
import { layTable } from '../terminal/table.ts';

const report = z.looseObject({
  reindexed: z.array(z.string()),
  changed: z.array(z.string()),
  failed: z.array(z.looseObject({ key: z.string(), code: z.string() })),
});

const answer = orRunning(report);

const OPTIONS = { ...CONNECTION_OPTIONS, arch: { type: 'string' }, json: { type: 'boolean' } } as const;

export const reindex: Command = {
  synopsis: 'alpenglow reindex OWNER/BRANCH/REPOSITORY [--arch ARCH] [--json]',
  details: `Makes the indexes of a repository anew from what is published in it, signed by the active keys.
Ends with 0 where all of them are right then, else with 1; so it does where it takes longer than 25 seconds: then
it goes on without you.
  --arch    the index of this architecture alone, or noarch
  --json    for programs
${CONNECTION_DETAILS}

Example: alpenglow reindex acme/v3.22/main --arch x86_64
`,
  options: OPTIONS,
  async run(args, { environment, print, note }) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
    if (positionals.length > 1) throw new UsageError(`One repository at a time: ${positionals.join(' ')}`);
    const { connection, repository } = readPlace(positionals[0], values, environment);
    const path = `${apiPathOf(repository)}/reindex`;
    const said = await clientOf(connection).post(path, { arch: values.arch }, answer, PATIENCE);
    if (values.json) print(`${JSON.stringify(said, null, 2)}\n`);
    if (!('reindexed' in said)) return noteRunning(note);
    if (!values.json) print(textOf(said));
    return said.failed.length > 0 ? 1 : 0;
  },
};

function textOf({ reindexed, changed, failed }: z.infer<typeof report>): string {
  const rows = [
    ...reindexed.map((key) => [key, changed.includes(key) ? 'written' : 'was right']),
    ...changed.filter((key) => !reindexed.includes(key)).map((key) => [key, 'removed: nothing is published']),
    ...failed.map(({ key, code }) => [key, `failed: ${code}`]),
  ];
  return rows.length > 0
    ? layTable(['INDEX', 'STATE'], rows)
    : 'Nothing is published there, and no index is.\n';
}
