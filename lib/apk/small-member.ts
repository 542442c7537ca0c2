import { ApkFormatError } from './apk-format-error.ts';
import type { ByteSource } from './byte-source.ts';
import { inflateMember } from './gzip-member.ts';
import { MAX_CONTROL_BYTES, MAX_CONTROL_INFLATED_BYTES } from './limits.ts';
import { readTarFiles, type TarFile } from './tar.ts';
import type { TarType } from './tar-header.ts';

/** A signature or control member: small enough to be held whole. */
export interface SmallMember {
  files: (TarFile & { type: TarType })[];
  /** Whether it has end-of-archive blocks, which only the last member may. */
  endOfArchive: boolean;
  /** The member as it stands in the file: what signatures are over. */
  compressed: Buffer;
}

/**
 * Reads the member at the cursor whole.
 * @throws ApkFormatError `control-too-large`, `truncated`, `not-gzip`, `corrupt-gzip`, `corrupt-tar`
 */
export async function readSmallMember(source: ByteSource): Promise<SmallMember> {
  const compressedChunks: Uint8Array[] = [];
  const chunks = inflateMember(source, {
    onCompressed: (bytes) => compressedChunks.push(bytes),
    checkSize(compressed, inflated) {
      if (compressed > MAX_CONTROL_BYTES || inflated > MAX_CONTROL_INFLATED_BYTES) {
        throw new ApkFormatError(
          'control-too-large',
          `A signature or control member has more than ${MAX_CONTROL_BYTES} bytes, or more than ${MAX_CONTROL_INFLATED_BYTES} inflated.`,
        );
      }
    },
  });
  const { files, endOfArchive } = await readTarFiles(chunks);
  return { files, endOfArchive, compressed: Buffer.concat(compressedChunks) };
}
