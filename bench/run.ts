// The SDK's warning, once a process, that it will leave Node 20.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

import { benchBombs } from './bombs.ts';
import { benchBundles } from './bundles.ts';
import { benchCalls } from './calls.ts';
import { benchEvents } from './events.ts';
import { benchFaults } from './faults.ts';
import { benchFuzz } from './fuzz.ts';
import { benchIndexUpdate } from './index-update.ts';
import { benchIngest } from './ingest.ts';
import { describeMachine } from './machine.ts';
import { benchPublish } from './publish.ts';
import { benchSoak } from './soak.ts';
import { benchValidation } from './validation.ts';
import { benchVersions } from './versions.ts';
import { benchViewer } from './viewer.ts';

interface Bench {
  /** What its table says; `[ARG]` for each argument that it takes. */
  says: string;
  run(...args: (string | undefined)[]): Promise<string[]>;
}

const BENCHES: Record<string, Bench> = {
  'index-update': {
    says: '[PACKAGES,…] one more package in an index, beside apk index where APK names an apk',
    run: (sizes = '1000,5000,20000,50000,100000') =>
      benchIndexUpdate(sizes.split(',').map(Number), process.env.APK),
  },
  publish: {
    says: 'publishes to their 201 and to listed, one and many at a time, and a burst of 1,000',
    run: () => benchPublish(process.env.APK),
  },
  calls: { says: 'what operations ask of AWS, and what 1,000 of them cost', run: benchCalls },
  bundles: { says: 'size and start of the Lambdas', run: benchBundles },
  validation: {
    says: '[MEGABYTES] checking a package, beside sha256sum and gzip -t',
    run: (megabytes = '100') => benchValidation(Number(megabytes)),
  },
  viewer: {
    says: 'what a read costs in the viewer function, beside functions that do less',
    run: benchViewer,
  },
  ingest: {
    says: '[MEGABYTES] publishing an upload, beside sha256sum and gzip -t',
    run: (megabytes = '100') => benchIngest(Number(megabytes)),
  },
  events: {
    says: '[HISTORIES | @SEED] events lost, doubled, late; clocks off; throttling',
    run: benchEvents,
  },
  soak: {
    says: '[MINUTES] [SEED] [sources|bundles] load with kills, MINUTES of each program',
    run: (minutes = '15', seed = '1', program) => benchSoak(Number(minutes), Number(seed), program),
  },
  faults: {
    says: '[OPERATION] every fault at every AWS call of every operation',
    run: benchFaults,
  },
  fuzz: {
    says: '[CASES or CASE] [SEED] hostile input; with APK what is accepted is installed, too',
    run: benchFuzz,
  },
  bombs: {
    says: '[WORD] what is small and would be large: answer, time and memory, beside gzip and tar',
    run: (word) => benchBombs(word),
  },
  versions: {
    says: '[PAIRS] [SEED] the order of versions, beside apk version -t where APK names an apk',
    run: (pairs, seed) => benchVersions(process.env.APK, pairs, seed),
  },
};

/** `npm run bench -- NAME [ARG]...` prints a table of docs/performance.md or docs/reliability.md as this machine has it. */
async function main(name?: string, ...args: string[]): Promise<void> {
  const bench = name === undefined ? undefined : BENCHES[name];
  const lines = bench ? [describeMachine(), '', ...(await bench.run(...args))] : list();
  for (const line of lines) process.stdout.write(`${line}\n`);
  if (bench === undefined && name !== undefined) process.exitCode = 2;
}

const list = () => [
  'npm run bench -- NAME',
  ...Object.entries(BENCHES).map(([name, { says }]) => `  ${name.padEnd(14)}${says}`),
];

await main(...process.argv.slice(2));
