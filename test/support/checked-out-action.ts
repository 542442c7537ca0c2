import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Action, environmentOf, readAction } from './action-steps.ts';
import { type CommandResult, runCommand } from './command.ts';

/** What the action says of one file. */
export interface ActionResult {
  path: string;
  outcome: string;
  package: { arch: string; file: string; indexed: boolean } | null;
}

interface ActionEnded extends CommandResult {
  /** Its output `packages`. */
  packages: ActionResult[];
  /** What stands in the summary of the job. */
  summary: string;
}

/** The action's repository as a runner has it, with no packages installed but those of its own. */
export class CheckedOutAction {
  readonly definition: Action;
  readonly #folder: string;

  private constructor(definition: Action, folder: string) {
    this.definition = definition;
    this.#folder = folder;
  }

  static async at(folder: string): Promise<CheckedOutAction> {
    const checkout = join(folder, 'the action');
    await mkdir(join(checkout, 'node_modules'), { recursive: true });
    for (const path of ['action', 'lib', 'lambdas', 'package.json']) {
      await cp(path, join(checkout, path), { recursive: true });
    }
    const { dependencies } = JSON.parse(await readFile('action/package.json', 'utf8'));
    for (const name of Object.keys(dependencies)) {
      await symlink(resolve('node_modules', name), join(checkout, 'node_modules', name));
    }
    return new CheckedOutAction(await readAction(), folder);
  }

  /** Does the step that publishes as a runner would: by its shell with `-e` and a file, in a job's folder. */
  async publish(
    given: Record<string, string>,
    { workspace, environment }: { workspace: string; environment: NodeJS.ProcessEnv },
  ): Promise<ActionEnded> {
    const step = this.definition.runs.steps.find(({ name }) => name === 'Publish');
    if (step === undefined) throw new Error('action.yml has no step that publishes.');
    const [script, output, summary] = [this.#path('script'), this.#path('output'), this.#path('summary')];
    await Promise.all([writeFile(script, step.run), writeFile(output, ''), writeFile(summary, '')]);
    const ended = await runCommand(step.shell, ['-e', script], {
      cwd: workspace,
      seconds: 60,
      environment: {
        ...environment,
        HOME: this.#folder,
        GITHUB_ACTION_PATH: this.#path('the action'),
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: summary,
        ...environmentOf(step, this.definition, given),
      },
    });
    const packages = readPackages(await readFile(output, 'utf8'));
    return { ...ended, packages, summary: await readFile(summary, 'utf8') };
  }

  #path = (name: string): string => join(this.#folder, name);
}

/** The runner takes a line for an output. */
function readPackages(output: string): ActionResult[] {
  if (output === '') return [];
  const [, json = ''] = /^packages=(.*)\n$/.exec(output) ?? [];
  return JSON.parse(json);
}
