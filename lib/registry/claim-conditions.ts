import type { Claims, Condition } from './trust.ts';

/** The claims, by name and each once, for which a condition does not hold. */
export const misfits = (conditions: readonly Condition[], claims: Claims): string[] => [
  ...new Set(conditions.filter((condition) => !fits(condition, claims)).map(({ claim }) => claim)),
];

/** Of a claim that is a list, one member has to fit; for `noneOf`, every one. */
function fits(condition: Condition, claims: Claims): boolean {
  const values = textsOf(claimNamed(condition.claim, claims));
  if (values.length === 0) return false;
  if ('equals' in condition) return values.includes(condition.equals);
  if ('oneOf' in condition) return values.some((value) => condition.oneOf.includes(value));
  if ('noneOf' in condition) return !values.some((value) => condition.noneOf.includes(value));
  return values.some((value) => globFits(condition.glob, value));
}

/** Dots lead into objects; names have dots, too (`oidc.circleci.com/project-id`), so the longest name comes first. */
function claimNamed(name: string, claims: Claims): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    const outer = name.slice(0, dot);
    const inner = Object.hasOwn(claims, outer) ? claims[outer] : undefined;
    if (isObject(inner)) return claimNamed(name.slice(dot + 1), inner);
  }
  return undefined;
}

const isObject = (value: unknown): value is Claims =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** GitLab sends `"true"` where others send `true`, and its `runner_id` as a number. */
function textsOf(value: unknown): string[] {
  const values = Array.isArray(value) ? value : [value];
  return values.every(isScalar) ? values.map(String) : [];
}

const isScalar = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value);

/**
 * Whether a text is as a pattern in which `*` stands for anything but `/` and `:`, the signs that subjects and refs
 * are made up with: a branch that is called `x:environment:production` must not slip through `*`.
 */
function globFits(glob: string, text: string): boolean {
  const texts = text.split(SEPARATOR);
  const globs = glob.split(SEPARATOR);
  return globs.length === texts.length && globs.every((part, i) => segmentFits(part, texts[i] ?? ''));
}

const SEPARATOR = /(?=[/:])/;

/** In one pass, since a regular expression with many `*` could take for ever. */
function segmentFits(glob: string, text: string): boolean {
  const [first = '', ...rest] = glob.split('*');
  const last = rest.pop();
  if (last === undefined) return text === glob;
  const end = text.length - last.length;
  if (first.length > end || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
