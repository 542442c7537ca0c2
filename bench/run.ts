import { benchBundles } from './bundles.ts';
import { benchFuzz } from './fuzz.ts';
import { benchIndexUpdate } from './index-update.ts';
import { benchIngest } from './ingest.ts';
import { describeMachine } from './machine.ts';
import { benchValidation } from './validation.ts';
import { benchVersions } from './versions.ts';

interface Bench {
  /** What its table says; `[ARG]` where it takes an argument. */
  says: string;
  run(argument: string | undefined, other: string | undefined): Promise<string[]>;
}

const BENCHES: Record<string, Bench> = {
  'index-update': {
    says: 'one more package in an index, beside apk index where APK names an apk',
    run: () => benchIndexUpdate(process.env.APK),
  },
  bundles: { says: 'size and start of the Lambdas', run: benchBundles },
  validation: {
    says: '[MEGABYTES] checking a package, beside sha256sum and gzip -t',
    run: (megabytes = '100') => benchValidation(Number(megabytes)),
  },
  ingest: {
    says: '[MEGABYTES] publishing an upload, beside sha256sum and gzip -t',
    run: (megabytes = '100') => benchIngest(Number(megabytes)),
  },
  fuzz: {
    says: '[CASES or CASE] [SEED] hostile input; with APK what is accepted is installed, too',
    run: benchFuzz,
  },
  versions: {
    says: '[PAIRS] [SEED] the order of versions, beside apk version -t where APK names an apk',
    run: (pairs, seed) => benchVersions(process.env.APK, pairs, seed),
  },
};

/** `npm run bench -- NAME [ARG]` prints a table of docs/performance.md or docs/reliability.md as this machine has it. */
async function main(name?: string, argument?: string, other?: string): Promise<void> {
  const bench = name === undefined ? undefined : BENCHES[name];
  const lines = bench ? [describeMachine(), '', ...(await bench.run(argument, other))] : list();
  for (const line of lines) process.stdout.write(`${line}\n`);
  if (bench === undefined && name !== undefined) process.exitCode = 2;
}

const list = () => [
  'npm run bench -- NAME',
  ...Object.entries(BENCHES).map(([name, { says }]) => `  ${name.padEnd(14)}${says}`),
];

await main(...process.argv.slice(2));
