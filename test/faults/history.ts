/** What a request came to: `unanswered` may have been done or not, and so may what was refused half-way. */
export type Outcome = 'done' | 'there already' | 'not there' | 'refused' | 'unanswered';

/** Somebody's request, and how it was answered. */
export interface Deed {
  /** As the audit trail calls it. */
  action: string;
  /** The object key, of a package. */
  key?: string;
  /** Of what was to be published. */
  sha256?: string;
  began: number;
  /** Infinite while it may still have its effect. */
  ended: number;
  outcome: Outcome;
}

/** Requests in the order of their beginnings. */
export class History {
  readonly deeds: Deed[];
  #now: number;

  constructor(deeds: readonly Deed[] = []) {
    this.deeds = deeds.map((deed) => ({ ...deed }));
    this.#now = 2 * deeds.length;
  }

  begin(about: Pick<Deed, 'action' | 'key' | 'sha256'>): (outcome: Outcome) => void {
    const deed: Deed = {
      ...about,
      began: this.#now++,
      ended: Number.POSITIVE_INFINITY,
      outcome: 'unanswered',
    };
    this.deeds.push(deed);
    return (outcome) => {
      deed.outcome = outcome;
      if (outcome !== 'unanswered') deed.ended = this.#now++;
    };
  }
}

/**
 * Whether a file can hold what it holds, given what those were told who published and deleted it: whether there is an
 * order of all requests, in which none comes before one that had been answered when it began, such that each answer
 * was right. This is linearizability, looked for by trying.
 * @param content the SHA-256 of what is there; `undefined` where nothing is
 */
export function isExplained(deeds: readonly Deed[], content: string | undefined): boolean {
  return search(deeds, undefined);

  function search(left: readonly Deed[], state: string | undefined): boolean {
    if (state === content && left.every(({ outcome }) => outcome === 'unanswered')) return true;
    const firstEnd = Math.min(...left.map(({ ended }) => ended));
    return left.some((deed) => {
      if (deed.began > firstEnd) return false;
      const rest = left.filter((each) => each !== deed);
      return statesAfter(deed, state).some((next) => search(rest, next.state));
    });
  }
}

/** What a file may hold after a request that was answered so; nothing where the answer would have been wrong. */
function statesAfter(
  { action, sha256, outcome }: Deed,
  state: string | undefined,
): { state: string | undefined }[] {
  // Of two who delete a file at once, both are told that it is gone.
  const isPossible = action === 'delete' || state === undefined;
  const done = isPossible ? [{ state: action === 'publish' ? sha256 : undefined }] : [];
  switch (outcome) {
    case 'done':
      return done;
    case 'unanswered':
      return [...done, { state }];
    case 'there already':
      return state === sha256 ? [{ state }] : [];
    case 'not there':
      return state === undefined ? [{ state }] : [];
    case 'refused':
      return [{ state }];
  }
}
