import { inOneChunk } from '#apk/byte-source.ts';
import { type PackageReport, readPackage } from '#apk/package.ts';
import { packageKey } from '#registry/object-keys.ts';
import type { PackageFileName } from '#registry/ports.ts';
import { buildPackage } from '#test/support/build-package.ts';

export const REPOSITORY = { owner: 'acme', branch: 'edge', repository: 'main' };
export const ARCHITECTURES = ['x86_64', 'aarch64', 'noarch'] as const;

/** Histories are about those with the first two names. */
const NAMES = ['foo', 'bar', 'base'];
/** The same file with other bytes: built again. */
const BUILDS = ['one', 'two'];

/** A package file that histories are about. */
export interface SampleFile {
  file: PackageFileName;
  key: string;
  /** As uploaded, in each of its builds. */
  builds: { body: Uint8Array; report: PackageReport }[];
}

async function makeSample(name: string, arch: string): Promise<SampleFile> {
  const file = { ...REPOSITORY, arch, name, version: '1.0-r0' };
  const builds = await Promise.all(
    BUILDS.map(async (build) => {
      const body = await buildPackage({ name, arch, fields: { commit: build } });
      return { body, report: await readPackage(inOneChunk(body)) };
    }),
  );
  return { file, key: packageKey(file), builds };
}

let made: Promise<SampleFile[]> | undefined;

/** Few, so that histories meet at them; made once. */
export function makeSamples(): Promise<SampleFile[]> {
  made ??= Promise.all(NAMES.flatMap((name) => ARCHITECTURES.map((arch) => makeSample(name, arch))));
  return made;
}

/** What may have been there before. */
export const isBase = ({ file }: SampleFile): boolean => file.name === 'base';
