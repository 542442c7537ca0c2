import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The program that an environment variable names, else the one on PATH, if it can be run. */
export function findProgram(variable: string, name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return [process.env[variable], ...folders.map((folder) => join(folder, name))].find(
    (path) => path !== undefined && path !== '' && isExecutable(path),
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
