import { quote } from '#apk/apk-format-error.ts';
import { RegistryError } from './registry-error.ts';
import { type Grant, type Place, parsePlace, RIGHTS, type Right } from './rights.ts';

const MAX_NAME_CHARACTERS = 64;
const MAX_GRANTS = 20;

/** Letters, digits, signs, and spaces between them; nothing that is not seen, or that turns what follows it around. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]+(?: +[\p{L}\p{M}\p{N}\p{P}\p{S}]+)*$/u;

/** @throws RegistryError `bad-token-name` */
export function checkTokenName(name: string): string {
  const characters = [...name].length;
  if (characters <= MAX_NAME_CHARACTERS && PRINTABLE.test(name)) return name;
  throw new RegistryError(
    'bad-token-name',
    `name is ${quote(name)}: use 1 to ${MAX_NAME_CHARACTERS} printable characters, for example "ci of acme/tools".`,
  );
}

/**
 * The grants with their places read, each place once.
 * @throws RegistryError `bad-rights`, and those of a place that is none
 */
export function readGrants(grants: readonly Grant[]): Grant[] {
  if (grants.length === 0 || grants.length > MAX_GRANTS) {
    throw new RegistryError(
      'bad-rights',
      `rights has ${grants.length} entries: a token has rights in 1 to ${MAX_GRANTS} places. Name an owner or a branch for all that is in it, or make two tokens.`,
    );
  }
  const rights = new Map<Place, Set<Right>>();
  for (const { allow, on } of grants) {
    if (allow.length === 0) {
      throw new RegistryError(
        'bad-rights',
        `allow is empty for ${quote(on)}: name one of ${RIGHTS.join(', ')}.`,
      );
    }
    const place = parsePlace(on);
    rights.set(place, new Set([...(rights.get(place) ?? []), ...allow]));
  }
  return Array.from(rights, ([on, allowed]) => ({ allow: RIGHTS.filter((right) => allowed.has(right)), on }));
}
