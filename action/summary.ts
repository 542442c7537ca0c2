import * as z from 'zod';

const result = z.looseObject({
  path: z.string(),
  outcome: z.string(),
  package: z.looseObject({ arch: z.string(), file: z.string(), size: z.number() }).nullable(),
  problem: z.looseObject({ detail: z.string() }).nullable(),
});

/** What became of one file, as `alpenglow publish --json` prints it. */
export type Result = z.infer<typeof result>;

export const parseResult = (line: string): Result => result.parse(JSON.parse(line));

/** GitHub shows the first MiB of a summary; a row is seldom above 300 bytes. Source: GitHub Docs, "Workflow commands". */
const MAX_ROWS = 2000;

/** What was published, as a table in Markdown. */
export function summaryOf(results: readonly Result[], { INPUT_REPOSITORY = '' }: NodeJS.ProcessEnv): string {
  const rows = results.slice(0, MAX_ROWS).map(rowOf);
  const left = results.length - rows.length;
  return `### Alpenglow: ${literal(INPUT_REPOSITORY)}

| File | Outcome | Bytes |
| --- | --- | ---: |
${rows.join('')}${left > 0 ? `\n… and ${left} more.\n` : ''}`;
}

function rowOf({ path, outcome, package: published, problem }: Result): string {
  const name = published === null ? path : `${published.arch}/${published.file}`;
  const reason = problem === null ? '' : `: ${problem.detail}`;
  return `| ${literal(name)} | ${literal(`${outcome}${reason}`)} | ${published?.size ?? ''} |\n`;
}

/** Text that is shown as it is, whatever Markdown and HTML make of it; on one line. */
const literal = (text: string): string =>
  text
    .replace(/\p{Cc}/gu, '?')
    .replace(/[^\p{L}\p{N} .,/:;+=()-]/gu, (character) => `&#${character.codePointAt(0)};`);
