import type { ViewerRequest } from './viewer-event.ts';

const MARGIN_MS = 60 * 60 * 1000;

/**
 * apk says when it fetched its copy, by its own clock, not when the copy was made; and what it fetched may
 * have been old for as long as caches keep an index. So a change of those seconds, or of as many as its clock
 * is ahead, would be answered "not modified" for ever. Moved back an hour, the question is safe.
 * Source: apk-tools 2.14.10 src/database.c, libfetch/http.c. Other clients send the time they were told.
 */
export function correctModifiedSince(headers: ViewerRequest['headers']): void {
  const agent = headers['user-agent'];
  const since = headers['if-modified-since'];
  if (!since || !agent || !/^libfetch\//.test(agent.value)) return;
  const time = Date.parse(since.value);
  if (Number.isNaN(time)) delete headers['if-modified-since'];
  else since.value = new Date(time - MARGIN_MS).toUTCString();
}
