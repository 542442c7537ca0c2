/**
 * What was finished for somebody who died, or made right again: `publish-confirmed`, a stored file whose
 * publisher did not say so; `claim-expired`, a claim without its file; `delete-finished`; `index-written` and
 * `index-removed`, an index that differed from the records or was not signed by the active keys;
 * `key-published`, a public key that was not beside its owner's branches; `token-removed`, a token that ended a
 * month ago; `reader-written` and `reader-removed`, what the readers were not told, or not told to forget, of who may read.
 */
export type HealedKind =
  | 'publish-confirmed'
  | 'claim-expired'
  | 'delete-finished'
  | 'index-written'
  | 'index-removed'
  | 'key-published'
  | 'token-removed'
  | 'reader-written'
  | 'reader-removed';

/**
 * What only a hand past the registry can have done. `missing-object`: a published file is gone; it left the
 * index and the table, and an older version of the object may bring it back. `changed-object`: its size is not
 * the published one; it stays listed, and apk refuses it. `orphan`: nobody published it; it is never listed.
 * `adoptObjects` makes the last two right.
 */
export type UnexplainedKind = 'missing-object' | 'changed-object' | 'orphan';

export interface Finding<Kind> {
  kind: Kind;
  /** The object key, `alp_{id}` of a token, or the key of the readers. */
  key: string;
}

export interface ReconcileFailure {
  /** The object key of the index, or the path of the repository, that could not be compared; or `tokens` or `readers`. */
  key: string;
  error: unknown;
}

export interface ReconcileReport {
  /** How many indexes there are. */
  indexes: number;
  /** How many package files are published. */
  packages: number;
  healed: Finding<HealedKind>[];
  unexplained: Finding<UnexplainedKind>[];
  failed: ReconcileFailure[];
}
