import * as z from 'zod';
import { withoutControls } from '../terminal/terminal-text.ts';
import { shownRights, writeRights } from './rights-options.ts';

/** A new token as the API answers it. */
export const madeToken = z.looseObject({
  id: z.string(),
  token: z.string().regex(/^[\x21-\x7e]+$/),
  name: z.string(),
  rights: shownRights,
  /** RFC 3339; `null` for never. */
  expires_at: z.string().nullable(),
});

export type MadeToken = z.infer<typeof madeToken>;

/** What is said of it beside the token itself. */
export function describeMade({ id, name, rights, expires_at }: MadeToken): string {
  const may = withoutControls(`${name} (alp_${id}) may ${writeRights(rights)}`);
  const end = expires_at === null ? 'does not end' : `ends ${withoutControls(expires_at)}`;
  return `${may}\nIt ${end}, and is shown this once.\n`;
}
