import { ApkFormatError } from '#apk/apk-format-error.ts';
import { RefusalError } from '../connection/refusal.ts';
import { UnreadableFileError } from '../publish/read-file.ts';
import { RepositoryFault } from './repository-fault.ts';

/** An error as the fault of one file of a repository; `undefined` for one of its server, or of this machine. */
export const asFault = (error: unknown): Error | undefined =>
  error instanceof ApkFormatError ||
  error instanceof RepositoryFault ||
  error instanceof RefusalError ||
  error instanceof UnreadableFileError
    ? error
    : undefined;

/** Why a file is not as it should be, or not quite. */
export interface Finding {
  /** `{arch}/{file}`. */
  file: string;
  code: string;
  message: string;
}

/** A fault as reports keep it. */
export const findingOf = (file: string, fault: Error): Finding => ({
  file,
  code: codeOf(fault),
  message: fault.message,
});

/** A name of it for programs. */
export function codeOf(fault: Error): string {
  if (fault instanceof ApkFormatError || fault instanceof RepositoryFault) return fault.code;
  if (fault instanceof UnreadableFileError) return 'unreadable';
  if (!(fault instanceof RefusalError)) return 'cut-off';
  return fault.code ?? `answered-${fault.status}`;
}
