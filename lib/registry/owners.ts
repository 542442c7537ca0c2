import { type Readers, type Visibility, visibilityKey } from './readers.ts';
import type { Place } from './rights.ts';

/** What is said of who may read, of owners and of their repositories. Every read is strongly consistent. */
export interface Owners {
  /** @returns `undefined` where nothing is said of this very place */
  visibility(place: Place): Promise<Visibility | undefined>;
  /** Says it, or takes back what was said. */
  setVisibility(place: Place, visibility: Visibility | undefined): Promise<void>;
  /** Says it of an owner, or nothing and `false` where something is said. */
  addVisibility(owner: Place, visibility: Visibility): Promise<boolean>;
  /** All that is said; reads the whole table, page by page. */
  visibilities(): AsyncIterable<{ place: Place; visibility: Visibility }>;
}

export interface OwnerPorts {
  owners: Owners;
  readers: Readers;
  /** Of an owner that nothing is said of. */
  defaultVisibility: Visibility;
}

export interface VisibilityState {
  /** What is said of this place; `inherit` where nothing is. */
  visibility: Visibility | 'inherit';
  /** Whom its files are for, whatever says it. */
  effective: Visibility;
}

/** Whom the files of an owner, or of one of its repositories, are for. */
export async function readVisibility(
  place: Place,
  { owners, defaultVisibility }: Pick<OwnerPorts, 'owners' | 'defaultVisibility'>,
): Promise<VisibilityState> {
  const [owner = ''] = place.split('/');
  const visibility = await owners.visibility(place);
  const effective = visibility ?? (await owners.visibility(owner)) ?? defaultVisibility;
  return { visibility: visibility ?? 'inherit', effective };
}

/**
 * Says whom the files of an owner, or of one of its repositories, are for; without a visibility, that is what holds
 * above it. What closes something is said to the readers first, what opens it to the table: whoever dies in between
 * leaves it closed.
 */
export async function setVisibility(
  place: Place,
  visibility: Visibility | undefined,
  { owners, readers }: Pick<OwnerPorts, 'owners' | 'readers'>,
): Promise<void> {
  const mayClose = visibility === 'private' || (await owners.visibility(place)) === 'public';
  if (mayClose) await readers.update(new Map([[visibilityKey(place), visibility]]));
  await owners.setVisibility(place, visibility);
  await copyToReaders(place, { owners, readers });
}

/**
 * Has the default said of an owner before its first package, so that another default later changes nothing for it.
 * Of many who publish at once, one tells the readers; until then, and if it dies, they go by the same default.
 */
export async function ensureOwner(
  owner: Place,
  { owners, readers, defaultVisibility }: OwnerPorts,
): Promise<void> {
  if ((await owners.visibility(owner)) !== undefined) return;
  const isAdded = await owners.addVisibility(owner, defaultVisibility);
  if (isAdded) await copyToReaders(owner, { owners, readers });
}

/** The table is read again after the copy: of two who change it at once, the slower must not leave what is old. */
async function copyToReaders(
  place: Place,
  { owners, readers }: Pick<OwnerPorts, 'owners' | 'readers'>,
): Promise<void> {
  for (;;) {
    const said = await owners.visibility(place);
    await readers.update(new Map([[visibilityKey(place), said]]));
    if ((await owners.visibility(place)) === said) return;
  }
}
