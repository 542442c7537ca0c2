import { createCipheriv, createHash } from 'node:crypto';
import { buildMembers, identityOf } from '#test/support/build-package.ts';

/** What a package is made from, so that its bytes can be made again instead of being kept. */
export interface Recipe {
  /** `{owner}/{branch}/{repository}`. */
  repository: string;
  name: string;
  version: string;
  arch: string;
  /** Another one for other content under the same name. */
  revision: number;
  /** Of its one file, which deflate cannot make smaller. */
  bytes: number;
}

/** What a package is told from others by. */
export interface Identity {
  /** Hex. */
  sha256: string;
  /** As an index has it, `Q1…`. */
  checksum: string;
}

export interface MadePackage extends Identity {
  file: Buffer;
}

/** `{owner}/{branch}/{repository}/{arch}/{name}-{version}.apk`. */
export const pathOf = ({ repository, arch, name, version }: Recipe): string =>
  `${repository}/${arch}/${name}-${version}.apk`;

/** The same bytes for the same recipe. */
export async function makePackage(recipe: Recipe): Promise<MadePackage> {
  const { name, version, arch, revision, bytes } = recipe;
  const content = noise(`${pathOf(recipe)} ${revision}`, bytes);
  const contents = { name, version, arch, files: { [`usr/share/${name}/noise`]: content } };
  const { control, data } = await buildMembers(contents);
  const file = Buffer.concat([control, data]);
  const sha256 = createHash('sha256').update(file).digest('hex');
  return { file, sha256, checksum: identityOf(control) };
}

function noise(seed: string, bytes: number): Buffer {
  const key = createHash('sha256').update(seed).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(bytes));
}
