import { randomUUID } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import { main } from '../lib/cli/main.ts';
import { matchFiles } from './match-files.ts';
import { parseResult, type Result, summaryOf } from './summary.ts';

/** An input of the workflow that cannot be used; the message names it. */
class InputError extends Error {}

process.exitCode = await publish(process.env);

/** @returns the exit code of `alpenglow publish`, or 2 for inputs that cannot be used */
async function publish(environment: NodeJS.ProcessEnv): Promise<number> {
  // File names are printed, and a line that begins with :: is a command to the runner.
  const resume = randomUUID();
  process.stdout.write(`::stop-commands::${resume}\n`);
  try {
    return await publishFiles(readArguments(environment), environment);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    process.stdout.write(`${error.message}\n`);
    return 2;
  } finally {
    process.stdout.write(`::${resume}::\n`);
  }
}

async function publishFiles(args: string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const results: Result[] = [];
  const code = await main(['publish', '--json', ...args], {
    environment,
    print: (line) => {
      const result = parseResult(line);
      results.push(result);
      process.stdout.write(`${result.outcome}  ${JSON.stringify(result.path)}\n`);
    },
    note: (text) => void process.stdout.write(text),
  });
  const { GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary } = environment;
  if (output) await appendFile(output, `packages=${JSON.stringify(results)}\n`);
  if (summary && results.length > 0) await appendFile(summary, summaryOf(results, environment));
  return code;
}

/** The address, the token and the audience are read by the command itself. @throws InputError */
function readArguments(environment: NodeJS.ProcessEnv): string[] {
  const { INPUT_REPOSITORY: repository, INPUT_FILES = '', INPUT_WAIT: wait, INPUT_JOBS: jobs } = environment;
  if (!environment.ALPENGLOW_URL)
    throw new InputError('The input url is missing: https://HOST of the registry.');
  if (!repository) throw new InputError('The input repository is missing: OWNER/BRANCH/REPOSITORY.');
  const { files, unmatched } = matchFiles(INPUT_FILES.split('\n'));
  if (unmatched.length > 0) {
    const patterns = unmatched.map((pattern) => JSON.stringify(pattern)).join(', ');
    throw new InputError(`No file in ${process.cwd()} matches ${patterns}. Nothing was sent.`);
  }
  if (files.length === 0)
    throw new InputError('The input files is empty: say which packages, a pattern a line.');
  const options = [`--to=${repository}`, ...(jobs ? [`--jobs=${jobs}`] : [])];
  const waiting = wait && wait !== '0' ? [`--wait=${wait}`] : [];
  return [...options, ...waiting, '--', ...files];
}
