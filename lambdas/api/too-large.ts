import type { BodyLimit } from './read-body.ts';
import { RequestError } from './request-error.ts';
import { MAX_UPLOAD_BYTES } from './upload-limit.ts';

/**
 * What a request carries of a package, and how larger ones are published. The viewer function says the same.
 * @param repositoryUrl where packages are PUT
 */
export const packageLimit = (repositoryUrl: string, bytes = MAX_UPLOAD_BYTES): BodyLimit => ({
  bytes,
  exceeded: () =>
    new RequestError(
      'too-large',
      `The upload is larger than ${bytes} bytes, the most that one request carries here. Send it with these commands, its name in place of FILE, or with alpenglow publish.`,
      { commands: uploadCommands(repositoryUrl) },
    ),
});

/** Without quotes or backslashes, which JSON would escape: as they are read, they can be pasted. */
const uploadCommands = (repositoryUrl: string): string[] => [
  `curl --fail-with-body --oauth2-bearer $TOKEN -H Accept:text/x-curl -d size=$(($(wc -c <FILE))) -d sha256=$(sha256sum FILE | cut -c1-64) -o FILE.curl ${repositoryUrl}/uploads`,
  'curl --fail-with-body -K FILE.curl -T FILE',
];
