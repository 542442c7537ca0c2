import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

export interface ActionStep {
  name: string;
  shell: string;
  run: string;
  env?: Record<string, string>;
}

export interface Action {
  inputs: Record<string, { required?: boolean; default?: string }>;
  runs: { steps: ActionStep[] };
}

/** The action at the top of the repository. */
export const readAction = async (): Promise<Action> => parse(await readFile('action.yml', 'utf8'));

/** What a step's environment is where a workflow uses the action `with` these. */
export function environmentOf({ env = {} }: ActionStep, { inputs }: Action, given: Record<string, string>) {
  const filled = Object.entries(env).map(([name, expression]) => {
    const input = /^\$\{\{ inputs\.(?<input>[a-z]+) \}\}$/.exec(expression)?.groups?.input;
    if (input === undefined) throw new Error(`${name} is ${expression}, not an input.`);
    return [name, given[input] ?? inputs[input]?.default ?? ''];
  });
  return Object.fromEntries(filled) as Record<string, string>;
}
