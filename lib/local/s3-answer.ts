import { xmlDocument } from './xml.ts';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** What S3 answers when there is something to tell. */
export const xmlAnswer = (name: string, fields: readonly string[], init: ResponseInit = {}): Response =>
  new Response(xmlDocument(name, fields, NAMESPACE), {
    ...init,
    headers: { ...init.headers, 'content-type': 'application/xml' },
  });
