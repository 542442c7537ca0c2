import { apkPath } from './apk-client.ts';

/** `describe` where there is an apk to test with; elsewhere the tests are skipped, and it is said why. */
export const describeWithApk = apkPath === undefined ? describe.skip : describe;
if (apkPath === undefined) {
  process.stdout.write('skipped: there is no apk on PATH; APK=/path/to/apk runs the tests of real clients\n');
}
