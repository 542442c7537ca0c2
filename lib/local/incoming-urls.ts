import type { IncomingBucket } from '#registry/uploads.ts';
import { type IncomingOrigin, incomingPath } from './incoming-route.ts';

/** The same bucket, whose URLs are paths from the registry's own address: what its users reach, by whatever name. */
export function atOwnAddress(incoming: IncomingBucket, origin: IncomingOrigin): IncomingBucket {
  const atHome = <T extends { url: string }>(signed: T): T => ({
    ...signed,
    url: incomingPath(signed.url, origin),
  });
  return {
    presignPut: async (...asked) => atHome(await incoming.presignPut(...asked)),
    presignForm: async (...asked) => atHome(await incoming.presignForm(...asked)),
    async presignParts(...asked) {
      const { multipart, parts } = await incoming.presignParts(...asked);
      return { multipart, parts: parts.map(atHome) };
    },
    completeParts: (...asked) => incoming.completeParts(...asked),
    head: (key) => incoming.head(key),
    read: (key, file) => incoming.read(key, file),
    remove: (key) => incoming.remove(key),
  };
}
