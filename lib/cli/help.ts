import type { Command } from './command.ts';
import { VERBS } from './verbs.ts';

const EXAMPLE = `Example: alpenglow publish hello-1.0-r0.apk --to acme/v3.22/main --wait`;

export const usageOf = ({ synopsis, details }: Command): string => `${synopsis}\n\n${details}`;

/** The commands that begin with a word; all, where none does. */
export function overview(word = ''): string {
  const ofWord = [...VERBS].filter(([verb]) => verb.startsWith(`${word} `));
  const shown = ofWord.length > 0 ? ofWord : [...VERBS];
  const width = Math.max(...shown.map(([verb]) => verb.length));
  const groups = new Map<string, string>();
  for (const [verb, { group, summary }] of shown) {
    groups.set(group, `${groups.get(group) ?? `${group}\n`}  ${verb.padEnd(width)}  ${summary}\n`);
  }
  return `alpenglow COMMAND: an Alpine package registry.

${[...groups.values()].join('\n')}
${EXAMPLE}

alpenglow help COMMAND says more; alpenglow --version, which version this is.
`;
}
