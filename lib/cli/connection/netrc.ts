import { join } from 'node:path';
import { readIfThere } from './configuration.ts';
import { basicAuthorization } from './registry-address.ts';

interface Entry {
  /** `undefined` of `default`, which is every machine's. */
  machine: string | undefined;
  login: string | undefined;
  password: string | undefined;
}

/**
 * What the file of the environment's `NETRC`, or else `~/.netrc`, has for the host and the user of a URL.
 * Source: curl, "Netrc" in Everything curl, and lib/netrc.c.
 */
export function netrcAuthorization(
  { hostname, username }: URL,
  { NETRC, HOME }: NodeJS.ProcessEnv,
): string | undefined {
  const path = NETRC || (HOME && join(HOME, '.netrc'));
  const text = path ? readIfThere(path) : undefined;
  const user = decodeURIComponent(username);
  const found = entriesIn(text ?? '').find(
    ({ machine, login }) =>
      (machine === undefined || machine.toLowerCase() === hostname.toLowerCase()) &&
      (user === '' || login === undefined || login === user),
  );
  if (found?.password === undefined) return undefined;
  return basicAuthorization(user || (found.login ?? ''), found.password);
}

function entriesIn(text: string): Entry[] {
  const entries: Entry[] = [];
  const words = wordsIn(withoutMacros(text));
  for (let i = 0; i < words.length; i++) {
    const entry = entries.at(-1);
    const word = words[i];
    if (word === 'default') entries.push({ machine: undefined, login: undefined, password: undefined });
    else if (word === 'machine') entries.push({ machine: words[++i], login: undefined, password: undefined });
    else if (word === 'account') i += 1;
    else if (entry !== undefined && (word === 'login' || word === 'password')) entry[word] = words[++i];
  }
  return entries;
}

/** A macro goes on until an empty line. */
function withoutMacros(text: string): string {
  let isMacro = false;
  const lines = text.split(/\r?\n/).filter((line) => {
    if (line.trim() === '') isMacro = false;
    else if (/^\s*macdef\b/.test(line)) isMacro = true;
    return !isMacro;
  });
  return lines.join('\n');
}

/** Words between spaces; in quotes they may have some, and `\"`, `\\`, `\n`, `\r` and `\t`. A # begins a comment. */
function wordsIn(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .flatMap((line) => line.match(/"(?:\\.|[^"\\])*"|\S+/g) ?? [])
    .map((word) => (word.startsWith('"') ? word.slice(1, -1).replace(/\\(.)/g, readEscape) : word));
}

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t' };
const readEscape = (_: string, letter: string): string => ESCAPES[letter] ?? letter;
