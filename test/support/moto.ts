import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { findProgram } from './find-program.ts';

/** moto, an emulator of AWS by others: the environment variable MOTO_SERVER, else `moto_server` on PATH. */
const program = findProgram('MOTO_SERVER', 'moto_server');

/** `describe` where there is a moto to test with; elsewhere the tests are skipped, and it is said why. */
export const describeWithMoto = program === undefined ? describe.skip : describe;
if (program === undefined) {
  process.stdout.write('skipped: there is no moto_server on PATH; .ci/install-moto gets one\n');
}

/** For hooks that start an emulator, milliseconds: Python takes its time on a busy machine. */
export const START_TIMEOUT = 120_000;

/** What every client of moto is made with. */
export interface MotoConfig {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
}

export interface Moto {
  config: MotoConfig;
  close(): Promise<void>;
}

/** An AWS that is empty, and of this caller alone. */
export async function startMoto(): Promise<Moto> {
  if (program === undefined) throw new Error('there is no moto_server');
  const child = spawn(program, ['-H', '127.0.0.1', '-p', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  const endpoint = await addressIn(child.stderr);
  // Its log of requests; unread, it would fill the pipe and stop.
  child.stderr.resume();
  return {
    config: {
      endpoint,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'not-checked', secretAccessKey: 'not-checked' },
    },
    async close() {
      child.kill();
      await exited;
    },
  };
}

/** Where it says that it is running. */
async function addressIn(output: NodeJS.ReadableStream): Promise<string> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: output })) {
    const address = /Running on (?<url>http:\S+)/.exec(line)?.groups?.url;
    if (address !== undefined) return address;
    lines.push(line);
  }
  throw new Error(`moto_server ended at its start:\n${lines.join('\n')}`);
}
