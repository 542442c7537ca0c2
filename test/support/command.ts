import { spawn } from 'node:child_process';

export interface CommandResult {
  /** `null` when it was ended. */
  code: number | null;
  stdout: string;
  /** Both streams, in the order of their arrival. */
  output: string;
}

/** Runs a program to its end, at most for `seconds`; its exit code is left to the caller. */
export function runCommand(
  program: string,
  args: readonly string[],
  {
    cwd,
    seconds = 20,
    environment = {},
  }: { cwd?: string; seconds?: number; environment?: NodeJS.ProcessEnv } = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: seconds * 1000,
    });
    let [stdout, output] = ['', ''];
    child.stdout.on('data', (text: Buffer) => {
      stdout += text;
      output += text;
    });
    child.stderr.on('data', (text: Buffer) => {
      output += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, output }));
  });
}
