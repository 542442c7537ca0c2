/** Why the registry does not do what it was asked. HTTP statuses are decided in lambdas/api/problem.ts. */
export type RegistryErrorCode =
  | 'bad-owner'
  | 'reserved-owner'
  | 'bad-branch'
  | 'bad-repository'
  | 'bad-place'
  | 'too-many-places'
  | 'bad-key'
  | 'untrusted-publisher'
  | 'bad-token-name'
  | 'bad-rights'
  | 'bad-expiry'
  | 'bad-issuer'
  | 'unbound-policy'
  | 'unauthorized'
  | 'token-used'
  | 'forbidden'
  | 'not-trusted'
  | 'too-large'
  | 'bad-part-size'
  | 'parts-missing'
  | 'wrong-size'
  | 'wrong-sha256'
  | 'upload-changed'
  | 'upload-expired'
  | 'already-published'
  | 'being-published'
  | 'being-deleted'
  | 'claim-lost'
  | 'wrong-key'
  | 'not-found'
  | 'index-contended'
  | 'issuer-unavailable';

/** The message says what happened to what, and what to do. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly code: RegistryErrorCode;
  /** Of `already-published`: whether what is there has the same bytes, so that nothing is left to do. */
  readonly identical: boolean;

  constructor(code: RegistryErrorCode, message: string, options?: ErrorOptions & { identical?: boolean }) {
    super(message, options);
    this.code = code;
    this.identical = options?.identical ?? false;
  }
}
