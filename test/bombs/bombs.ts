import type { Bomb } from './bomb.ts';
import { FORM_BOMBS } from './form-bombs.ts';
import { GZIP_BOMBS } from './gzip-bombs.ts';
import { INDEX_BOMBS } from './index-bombs.ts';
import { INFO_BOMBS } from './info-bombs.ts';
import { PAX_BOMBS } from './pax-bombs.ts';
import { TAR_BOMBS } from './tar-bombs.ts';

export const BOMBS: readonly Bomb[] = [
  ...GZIP_BOMBS,
  ...TAR_BOMBS,
  ...PAX_BOMBS,
  ...INFO_BOMBS,
  ...INDEX_BOMBS,
  ...FORM_BOMBS,
];
