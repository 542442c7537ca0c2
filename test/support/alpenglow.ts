import { main } from '#cli/main.ts';

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a command of `alpenglow` in this process, with nothing in its environment but what is given. */
export async function alpenglow(args: string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  const code = await main(args, {
    environment,
    print: (text) => {
      stdout += text;
    },
    note: (text) => {
      stderr += text;
    },
  });
  return { code, stdout, stderr };
}
