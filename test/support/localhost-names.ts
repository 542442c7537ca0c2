/**
 * Has names under localhost be of this machine, as RFC 6761 says they are: Node asks whoever the machine asks. To be
 * imported before what looks names up.
 */
import dns from 'node:dns';

const { lookup } = dns;

type Others = Parameters<typeof lookup> extends [string, ...infer Rest] ? Rest : never;

dns.lookup = ((host: string, ...others: Others) =>
  lookup(host.endsWith('.localhost') ? '127.0.0.1' : host, ...others)) as typeof lookup;
