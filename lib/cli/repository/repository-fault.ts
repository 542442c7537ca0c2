import { withoutControls } from '../terminal/terminal-text.ts';

export type RepositoryFaultCode =
  | 'missing'
  | 'unreadable'
  | 'bad-redirect'
  | 'bad-entry'
  | 'unsigned'
  | 'unknown-key'
  | 'signature-wrong'
  | 'size-wrong'
  | 'checksum-wrong'
  | 'name-wrong'
  | 'too-large';

/** Why apk would not take an index or a package of a repository; the message is one line that goes on after its name. */
export class RepositoryFault extends Error {
  override readonly name = 'RepositoryFault';
  readonly code: RepositoryFaultCode;

  constructor(code: RepositoryFaultCode, message: string, options?: ErrorOptions) {
    super(withoutControls(message), options);
    this.code = code;
  }
}
