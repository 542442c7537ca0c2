import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { SQSEvent } from 'aws-lambda';
import { builtScript } from '#test/support/once-a-run/built-programs.ts';

export async function* bytesOf(...pieces: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece);
}

/** Runs a script of `children/` until it has printed `count` lines, kills it with SIGKILL, and returns the lines. */
export async function killAfterLines(script: string, args: string[], count: number): Promise<string[]> {
  const path = join(__dirname, 'children', script);
  const child: ChildProcess = spawn(process.execPath, [await builtScript(path), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const lines: string[] = [];
  if (!child.stdout) throw new Error('no stdout');
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (lines.length >= count) child.kill('SIGKILL');
  }
  const [, signal] = await exited;
  if (signal !== 'SIGKILL') throw new Error(`${script} ended by itself after ${lines.length} lines`);
  return lines;
}

/** The object keys, as S3 encodes them, that a batch of messages is about. */
export const keysIn = (event: SQSEvent): string[] =>
  event.Records.flatMap(({ body }) => JSON.parse(body).Records).map((record) => record.s3.object.key);
