import { parseArgs } from 'node:util';
import * as z from 'zod';
import type { Command } from '../command.ts';
import { CONNECTION_DETAILS, CONNECTION_OPTIONS, connect } from '../connection/connection.ts';
import { noteRunning, orRunning, PATIENCE } from '../maintenance-answer.ts';
import { layTable } from '../terminal/table.ts';

const finding = z.looseObject({ kind: z.string(), key: z.string() });

const report = z.looseObject({
  indexes: z.number(),
  packages: z.number(),
  counts: z.looseObject({ healed: z.number(), unexplained: z.number(), failed: z.number() }),
  healed: z.array(finding),
  unexplained: z.array(finding),
  failed: z.array(z.looseObject({ key: z.string(), error: z.string() })),
});

type Report = z.infer<typeof report>;

const answer = orRunning(z.looseObject({ reconciled: report }));

const OPTIONS = { ...CONNECTION_OPTIONS, json: { type: 'boolean' } } as const;

export const reconcile: Command = {
  synopsis: 'alpenglow reconcile [--json]',
  details: `Compares all records, packages and indexes now, as the registry does once a day, and finishes what died.
Ends with 0 where nothing is unexplained and nothing failed, else with 1; so it does where it takes longer than
25 seconds: then it goes on without you.
  --json    for programs
${CONNECTION_DETAILS}

Example: alpenglow reconcile --url https://apk.example.com
`,
  options: OPTIONS,
  async run(args, { environment, print, note }) {
    const { values } = parseArgs({ args, options: OPTIONS });
    const client = connect(values, environment);
    const said = await client.post('/api/reconcile', {}, answer, PATIENCE);
    if (values.json) print(`${JSON.stringify(said, null, 2)}\n`);
    if (!('reconciled' in said)) return noteRunning(note);
    if (!values.json) print(textOf(said.reconciled));
    const { unexplained, failed } = said.reconciled.counts;
    return unexplained + failed > 0 ? 1 : 0;
  },
};

function textOf({ indexes, packages, counts, healed, unexplained, failed }: Report): string {
  const rows = [
    ...failed.map(({ key, error }) => ['failed', key, error]),
    ...unexplained.map(({ key, kind }) => ['unexplained', key, kind]),
    ...healed.map(({ key, kind }) => ['healed', key, kind]),
  ];
  const found = counts.healed + counts.unexplained + counts.failed;
  const summary = `Packages ${packages}, indexes ${indexes}: healed ${counts.healed}, unexplained ${counts.unexplained}, failed ${counts.failed}.\n`;
  if (found === 0) return summary;
  const rest = found > rows.length ? `… and ${found - rows.length} more.\n` : '';
  return `${layTable(['FOUND', 'KEY', 'WHAT'], rows)}${rest}${summary}`;
}
