import * as z from 'zod';
import { type Grant, RIGHTS, type Right } from '#registry/rights.ts';
import { UsageError } from '../command.ts';

/** The options that say what may be done, and where. */
export const RIGHTS_OPTIONS = {
  allow: { type: 'string', multiple: true },
  on: { type: 'string', multiple: true },
  right: { type: 'string', multiple: true },
} as const;

/** What commands say of them. */
export const RIGHTS_DETAILS = `  --allow   ${RIGHTS.join(', ')}: several with commas between them
  --on      an owner, branch or repository, * for any name; repeated for the same rights in more places
  --right   RIGHTS:PLACE, both in one; repeated for different rights in different places`;

type RightsFlags = Partial<Record<keyof typeof RIGHTS_OPTIONS, string[]>>;

/** Rights as answers show them; those of a later version are shown, too. */
export const shownRights = z.array(z.looseObject({ allow: z.array(z.string()), on: z.string() }));

/** The rights that somebody asks for; places are judged by the registry. @throws UsageError */
export function readRights({ allow = [], on = [], right = [] }: RightsFlags): Grant[] {
  const [rights = '', ...more] = allow;
  if (more.length > 0) {
    throw new UsageError(
      '--allow goes with every --on, so it is said once. Say different rights as --right RIGHTS:PLACE.',
    );
  }
  if ((allow.length === 0) !== (on.length === 0)) {
    throw new UsageError('--allow and --on go together: what may be done, and where.');
  }
  const grants = [
    ...on.map((place) => ({ allow: parseRights(rights), on: place })),
    ...right.map(parseGrant),
  ];
  if (grants.length > 0) return grants;
  throw new UsageError('No rights: say --allow RIGHTS --on PLACE, or --right RIGHTS:PLACE.');
}

/** As `--right` takes them, one after the other. */
export const writeRights = (rights: z.infer<typeof shownRights>): string =>
  rights.map(({ allow, on }) => `${allow.join(',')}:${on}`).join(' ');

function parseGrant(text: string): Grant {
  const [rights = '', place, ...rest] = text.split(':');
  if (place !== undefined && rest.length === 0) return { allow: parseRights(rights), on: place };
  throw new UsageError(
    `${JSON.stringify(text)} is no --right: write RIGHTS:PLACE, for example read,publish:acme/v3.22/main.`,
  );
}

function parseRights(text: string): Right[] {
  return text.split(',').map((name) => {
    const right = RIGHTS.find((each) => each === name);
    if (right !== undefined) return right;
    throw new UsageError(`${JSON.stringify(name)} is no right: there are ${RIGHTS.join(', ')}.`);
  });
}
