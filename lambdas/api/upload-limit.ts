/** What HTTP API and Lambda carry in one request, in bytes: a 6 MB event with the body in base64. */
export const MAX_UPLOAD_BYTES = 4.5 * 1024 * 1024;
