import type { OwnerPorts } from './owners.ts';
import { readerEntry, tokenKey, visibilityKey } from './readers.ts';
import type { Finding } from './reconcile-report.ts';
import type { Grant } from './rights.ts';

/** What the readers are to know of a token. */
export interface ReaderToken {
  id: string;
  /** Lower-case hex of the whole token. */
  sha256: string;
  grants: readonly Grant[];
  /** Epoch seconds. */
  expiresAt?: number | undefined;
}

export interface ReconcileReadersPorts extends OwnerPorts {
  /** Every token. */
  tokens: { list(): Promise<readonly ReaderToken[]> };
}

type ReaderFinding = Finding<'reader-written' | 'reader-removed'>;

/** Whoever changes the table meanwhile changes the readers, too; so often is looked again. */
const MAX_PASSES = 5;

/**
 * Makes the readers say what the table says. It goes on until it finds them so: what it read of the table may have
 * changed before it wrote.
 * @returns what differed
 */
export async function reconcileReaders(ports: ReconcileReadersPorts): Promise<ReaderFinding[]> {
  const findings: ReaderFinding[] = [];
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const changes = await differences(ports);
    if (changes.size === 0) break;
    await ports.readers.update(changes);
    for (const [key, value] of changes) {
      findings.push({ kind: value === undefined ? 'reader-removed' : 'reader-written', key });
    }
  }
  return findings;
}

/** What the readers have to be told. They are read first: what is new in the table since is then only told again. */
async function differences(ports: ReconcileReadersPorts): Promise<Map<string, string | undefined>> {
  const there = await ports.readers.list();
  const wanted = await entriesOfTable(ports);
  const changes = new Map<string, string | undefined>();
  for (const key of there.keys()) {
    if (!wanted.has(key)) changes.set(key, undefined);
  }
  for (const [key, value] of wanted) if (there.get(key) !== value) changes.set(key, value);
  return changes;
}

async function entriesOfTable({ owners, tokens, defaultVisibility }: ReconcileReadersPorts) {
  const entries = new Map<string, string>();
  for await (const { place, visibility } of owners.visibilities()) {
    entries.set(visibilityKey(place), visibility);
  }
  for (const token of await tokens.list()) {
    const entry = readerEntry(token);
    if (entry !== undefined) entries.set(tokenKey(token.id), entry);
  }
  // The last of all: an owner that the readers were not told of goes by the old default until they are.
  entries.set(visibilityKey(), defaultVisibility);
  return entries;
}
