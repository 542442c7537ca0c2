/** Why a request is refused before any use case sees it. HTTP statuses are decided in problem.ts. */
export type RequestErrorCode =
  | 'bad-path'
  | 'bad-query'
  | 'bad-wait'
  | 'bad-json'
  | 'bad-exchange'
  | 'body-cut-off'
  | 'not-multipart'
  | 'bad-multipart'
  | 'file-part-missing'
  | 'file-part-repeated'
  | 'no-such-path'
  | 'method-not-allowed'
  | 'other-site'
  | 'bad-package-url'
  | 'upload-unfinished'
  | 'too-large';

/** The message says what is wrong with the request, and what to send instead. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: RequestErrorCode;
  /** For `method-not-allowed`: the methods that are, as the `Allow` header lists them. */
  readonly allow: string | undefined;
  /** For `too-large`: what to paste instead. */
  readonly commands: readonly string[] | undefined;

  constructor(
    code: RequestErrorCode,
    message: string,
    options: ErrorOptions & Partial<Pick<RequestError, 'allow' | 'commands'>> = {},
  ) {
    super(message, options);
    this.code = code;
    this.allow = options.allow;
    this.commands = options.commands;
  }
}
