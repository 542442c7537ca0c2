import { benchBundles } from './bundles.ts';
import { benchIndexUpdate } from './index-update.ts';
import { benchIngest } from './ingest.ts';
import { benchValidation } from './validation.ts';

/**
 * The figures of the README, of all or of one by its name: `npm run bench -- validation 1024` reads a package of
 * 1,024 MB, too, and `ingest 1024` publishes one. `APK=/sbin/apk npm run bench` measures apk beside the index update.
 */
const [only, argument] = process.argv.slice(2);
const BENCHES = {
  'index-update': () => benchIndexUpdate(process.env.APK),
  bundles: benchBundles,
  validation: () => benchValidation(Number(argument ?? 100)),
  ingest: () => benchIngest(Number(argument ?? 100)),
};

if (only !== undefined && !(only in BENCHES)) throw new Error(`There is ${Object.keys(BENCHES).join(', ')}.`);
for (const [name, bench] of Object.entries(BENCHES)) {
  if (only !== undefined && only !== name) continue;
  for (const line of await bench()) process.stdout.write(`${line}\n`);
}
