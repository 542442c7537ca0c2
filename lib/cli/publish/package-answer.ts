import * as z from 'zod';

/** A published package as the API describes it. */
export const packageAnswer = z.looseObject({
  arch: z.string(),
  name: z.string(),
  version: z.string(),
  /** `{name}-{version}.apk`. */
  file: z.string(),
  sha256: z.string(),
  /** Bytes. */
  size: z.number(),
  /** apk's identity of the package, `Q1…`. */
  checksum: z.string(),
  /** Where apk fetches it; `undefined` for one that was there already. */
  url: z.string().optional(),
  warnings: z.array(z.looseObject({ code: z.string(), message: z.string() })).optional(),
  /** Whether every index is known to list it. */
  indexed: z.boolean(),
});

export type PackageAnswer = z.infer<typeof packageAnswer>;
