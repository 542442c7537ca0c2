import { readFileSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import * as z from 'zod';
import { UsageError } from '../command.ts';

const configurationSchema = z.strictObject({
  url: z.string().optional(),
  token: z.string().optional(),
  /** `acme/v3.22/main`. */
  repository: z.string().optional(),
});

/** What somebody has written down to not say it each time. */
export interface Configuration extends z.infer<typeof configurationSchema> {
  /** Of the file, whether it is there or not. */
  path: string;
}

/**
 * Reads `alpenglow/config.json` of the folder for configurations. Source: XDG Base Directory Specification 0.8.
 * @throws UsageError for one that says what is not known, or a token to everybody on this machine
 */
export function readConfiguration(environment: NodeJS.ProcessEnv): Configuration {
  const path = configurationPath(environment);
  const text = path === undefined ? undefined : readIfThere(path);
  if (path === undefined || text === undefined) return { path: path ?? '' };
  const { success, data, error } = configurationSchema.safeParse(parse(text, path));
  if (!success) throw new UsageError(`${path}: ${z.prettifyError(error)}`);
  if (data.token !== undefined) requireSecrecy(path);
  return { ...data, path };
}

function configurationPath({ XDG_CONFIG_HOME = '', HOME }: NodeJS.ProcessEnv): string | undefined {
  const folder = isAbsolute(XDG_CONFIG_HOME) ? XDG_CONFIG_HOME : HOME && join(HOME, '.config');
  return folder ? join(folder, 'alpenglow', 'config.json') : undefined;
}

/** @returns `undefined` for a file that is not there */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new UsageError(`${path} cannot be read: ${message}`);
  }
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${path} is not JSON.`);
  }
}

function requireSecrecy(path: string): void {
  const isWindows = process.platform === 'win32';
  if (isWindows || (statSync(path).mode & 0o077) === 0) return;
  throw new UsageError(`${path} has a token, and others on this machine may read it: chmod 600 ${path}`);
}
