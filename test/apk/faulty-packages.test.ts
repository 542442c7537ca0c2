import { ApkFormatError } from '#apk/apk-format-error.ts';
import { FAULTS, WARNINGS } from '#apk/faults.ts';
import { readPackage } from '#apk/package.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { chunksOf } from '#test/support/chunks.ts';
import { DUBIOUS_PACKAGES, FAULTY_PACKAGES } from '#test/support/faulty-packages.ts';
import { file } from '#test/support/tar-members.ts';

describe('a package that apk would not install is refused, and its author told why', () => {
  test.each(FAULTY_PACKAGES)('$code: $title', async ({ code, bytes }) => {
    const error = await readPackage(chunksOf(await bytes())).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApkFormatError);
    expect(error).toMatchObject({ code, mend: FAULTS[code] });
    expect((error as Error).message).toMatch(/\.$/);
    expect((error as Error).message).not.toMatch(/\p{Cc}/u);
    expect((error as Error).message.length).toBeLessThan(400);
  });

  test('every reason to refuse a package has an example here', () => {
    const seen = new Set<string>(FAULTY_PACKAGES.map(({ code }) => code));
    expect(Object.keys(FAULTS).filter((code) => !seen.has(code))).toEqual(['bad-index']);
  });
});

describe('a package that some client would not take is accepted with a warning', () => {
  test.each(DUBIOUS_PACKAGES)('$code: $title', async ({ code, bytes }) => {
    const { warnings } = await readPackage(chunksOf(await bytes()));
    expect(warnings.map((warning) => warning.code)).toEqual([code]);
    expect(warnings[0]?.message).toContain(WARNINGS[code]);
  });

  test('every warning has an example here', () => {
    const seen = new Set<string>(DUBIOUS_PACKAGES.map(({ code }) => code));
    expect(Object.keys(WARNINGS).filter((code) => !seen.has(code))).toEqual([]);
  });

  test('ten files with one flaw give one warning', async () => {
    const entries = Array.from({ length: 10 }, (_, i) => file(`f${i}`, 'x', { pax: null }));
    const { warnings } = await readPackage(chunksOf(await buildPackage({ entries })));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.message).toContain('"f0"');
  });
});
