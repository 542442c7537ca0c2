import { benchBundles } from './bundles.ts';
import { benchIndexUpdate } from './index-update.ts';

/** The figures of the README. `APK=/sbin/apk npm run bench` measures apk beside it. */
for (const line of await benchIndexUpdate(process.env.APK)) process.stdout.write(`${line}\n`);
for (const line of await benchBundles()) process.stdout.write(`${line}\n`);
