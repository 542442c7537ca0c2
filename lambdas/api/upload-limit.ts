/**
 * What HTTP API and Lambda carry in one request, in bytes: an event of 6 MiB, with the body in base64 beside
 * the frame of a form, the headers and what HTTP API adds. The viewer function knows it, too.
 */
export const MAX_UPLOAD_BYTES = Math.floor(4.4 * 1024 * 1024);

/** What the frame of a form may add to the file: boundaries, headers and small fields. */
export const MAX_FRAME_BYTES = 64 * 1024;
