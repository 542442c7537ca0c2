import { ApkFormatError } from '#apk/apk-format-error.ts';
import { inOneChunk } from '#apk/byte-source.ts';
import { readPackage } from '#apk/package.ts';
import { MAX_UPLOAD_BYTES, put, startApi } from '#test/lambdas/api/api-under-test.ts';
import { listedIn } from '#test/support/registry-state.ts';
import { until } from '#test/support/until.ts';
import { ACCEPTED, type FuzzTarget } from '../fuzz-target.ts';
import { changeBytes } from '../packages/change-bytes.ts';
import { changeEntries } from '../packages/change-entries.ts';
import { changeInfo } from '../packages/change-info.ts';
import { changeMembers } from '../packages/change-members.ts';
import { changePax } from '../packages/change-pax.ts';
import { type FuzzedPackage, makePackage } from '../packages/make-package.ts';
import { checkAnswer } from '../promises/check-answer.ts';

const CHANGES = [changeInfo, changeInfo, changeBytes, changeEntries, changeMembers, changePax];

/** Cases of one repository, so that no index grows with the run. */
const SHARED = 20;

/** Packages that are sent to the API: what its decoder takes is published and listed, and of the others nothing is left. */
export async function openPublishTarget(): Promise<FuzzTarget<FuzzedPackage & { repository: string }>> {
  const api = await startApi();
  const published = new Set<string>();
  return {
    name: 'publish',
    make(random, id) {
      const repository = `fuzz-${Math.floor(Number(id.split(':').at(-1)) / SHARED)}`;
      return { ...makePackage(`f${id.replaceAll(':', '-')}`, random, CHANGES), repository };
    },
    describe: ({ changes }) => changes.join('; '),
    async judge({ bytes, repository }) {
      const response = await api.app.request(`/api/packages/acme/alpine/v3.22/${repository}`, put(bytes));
      const location = response.headers.get('location');
      const answer = await checkAnswer(response, api);
      const expected = bytes.length > MAX_UPLOAD_BYTES ? 'too-large' : await verdict(bytes);
      // Changes may lead to a name that is there already.
      if (answer !== expected && answer !== 'already-published')
        throw new Error(`the answer is ${answer}, the decoder says ${expected}`);
      if (answer === ACCEPTED && location !== null)
        published.add(decodeURIComponent(new URL(location).pathname).slice(1));
      return answer;
    },
    async finish() {
      const stored: string[] = [];
      for await (const { key } of api.ports.packages.list('')) if (key.endsWith('.apk')) stored.push(key);
      expectSame('objects', stored, published);
      const records: string[] = [];
      for await (const repository of api.ports.records.repositories()) {
        for (const arch of await api.ports.records.architectures(repository)) {
          const all = await api.ports.records.list({ ...repository, arch });
          for (const { name, version, state } of all) {
            const { owner, branch } = repository;
            records.push(`${owner}/${branch}/${repository.repository}/${arch}/${name}-${version}.apk`);
            if (state !== 'live') throw new Error(`a record is left ${state}`);
          }
          await until(`the index of ${arch} lists all`, async () => {
            const listed = await listedIn({ ...repository, arch }, api.ports);
            return all.every(({ name, version }) => listed?.includes(`${name}-${version}.apk`));
          });
        }
      }
      expectSame('records', records, published);
    },
    close: () => api.close(),
  };
}

const verdict = (bytes: Uint8Array): Promise<string> =>
  readPackage(inOneChunk(bytes)).then(
    () => ACCEPTED,
    (error) => {
      if (error instanceof ApkFormatError) return error.code;
      throw error;
    },
  );

function expectSame(what: string, found: readonly string[], published: ReadonlySet<string>): void {
  const other =
    found.find((one) => !published.has(one)) ?? [...published].find((one) => !found.includes(one));
  if (other !== undefined)
    throw new Error(`${found.length} ${what}, ${published.size} published; a difference is ${other}`);
}
