import type { Command } from './command.ts';

/** What a shell completes of a command. */
export interface CompletedCommand extends Pick<Command, 'options' | 'takes'> {
  /** One word or two. */
  verb: string;
  summary: string;
}

type Script = (commands: readonly CompletedCommand[]) => string;

interface Word {
  text: string;
  summary: string;
}

/** What may follow words that are there. */
interface Place {
  /** The words before; more may stand between them and the cursor where it is a whole command. */
  after: string;
  isWhole: boolean;
  words: Word[];
  takesFiles: boolean;
}

/** The places of all commands; a command is one, and so is what begins commands. */
function placesOf(commands: readonly CompletedCommand[]): Place[] {
  const first = new Map<string, string>();
  const beginnings = new Map<string, Word[]>();
  for (const { verb, summary } of commands) {
    const [one = '', two] = verb.split(' ');
    if (two === undefined) first.set(one, summary);
    else {
      const words = beginnings.get(one) ?? [];
      beginnings.set(one, [...words, { text: two, summary }]);
      first.set(one, [...words.map(({ text }) => text), two].join(', '));
    }
  }
  const all = [...first].map(([text, summary]) => ({ text, summary }));
  const help = { text: 'help', summary: 'say more of a command' };
  const flags = [
    { text: '--help', summary: 'list the commands' },
    { text: '--version', summary: 'which version this is' },
  ];
  return [
    { after: '', isWhole: false, words: [...all, help, ...flags], takesFiles: false },
    { after: 'help', isWhole: false, words: all, takesFiles: false },
    ...[...beginnings].flatMap(([word, words]) =>
      [word, `help ${word}`].map((after) => ({ after, isWhole: false, words, takesFiles: false })),
    ),
    ...commands.map(({ verb, options, takes }) => ({
      after: verb,
      isWhole: true,
      words: [...Object.keys(options), 'help'].map((name) => ({ text: `--${name}`, summary: '' })),
      takesFiles: takes === 'files',
    })),
  ];
}

/** Those whose value comes after them, `--to` alike in every command that has it. */
const optionsWithValues = (commands: readonly CompletedCommand[]): string[] => [
  ...new Set(
    commands.flatMap(({ options }) =>
      Object.entries(options).flatMap(([name, { type }]) => (type === 'string' ? [`--${name}`] : [])),
    ),
  ),
];

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Source: Bash Reference Manual, "Programmable Completion". */
const bash: Script = (commands) => `_alpenglow() {
  local IFS=$'\\n' current=\${COMP_WORDS[COMP_CWORD]} words= files=
  local before="\${COMP_WORDS[*]:1:COMP_CWORD-1}"
  case "\${before//$'\\n'/ } " in
${placesOf(commands)
  .map(({ after, isWhole, words, takesFiles }) => {
    const text = words.map((word) => word.text).join('\\n');
    return `    ${quote(after === '' ? ' ' : `${after} `)}${isWhole ? '*' : ''}) words=$'${text}'${takesFiles ? ' files=1' : ''} ;;\n`;
  })
  .join('')}  esac
  case "\${COMP_WORDS[COMP_CWORD-1]}" in
    ${optionsWithValues(commands).join('|')}) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ $files && $current != -* ]]; then
    COMPREPLY=($(compgen -f -X '!*.apk' -- "$current"; compgen -d -- "$current"))
  fi
}
complete -o filenames -F _alpenglow alpenglow
`;

/** Sourced, or found by its name in $fpath and then called. Source: zshcompsys(1). */
const zsh: Script = (commands) => `#compdef alpenglow
_alpenglow() {
  local before="\${(j: :)words[2,CURRENT-1]} " files=
  local -a found
  case "\${words[CURRENT-1]}" in
    ${optionsWithValues(commands).join('|')}) _files; return ;;
  esac
  case "$before" in
${placesOf(commands)
  .map(({ after, isWhole, words, takesFiles }) => {
    const described = words.map(({ text, summary }) => quote(summary === '' ? text : `${text}:${summary}`));
    return `    ${quote(after === '' ? ' ' : `${after} `)}${isWhole ? '*' : ''}) found=(${described.join(' ')})${takesFiles ? ' files=1' : ''} ;;\n`;
  })
  .join('')}  esac
  if [[ -n $files && \${words[CURRENT]} != -* ]]; then
    _files -g '*.apk'
  else
    _describe alpenglow found
  fi
}
if [[ \${funcstack[1]} == _alpenglow ]]; then
  _alpenglow "$@"
else
  compdef _alpenglow alpenglow
fi
`;

/** Source: fish's documentation, "complete". */
const fish: Script = (commands) => `function __alpenglow_at
  set -l words (commandline -opc)
  set -e words[1]
  test "$words" = "$argv"
end
function __alpenglow_in
  set -l words (commandline -opc)
  set -e words[1]
  string match -q -- "$argv *" "$words "
end
complete -c alpenglow -f
${placesOf(commands)
  .flatMap(({ after, isWhole, words, takesFiles }) => [
    ...words.map(({ text, summary }) => {
      const condition = quote(`__alpenglow_${isWhole ? 'in' : 'at'} ${after}`.trim());
      const isOption = text.startsWith('--');
      const takesValue = isWhole && optionsWithValues(commands).includes(text);
      const what = isOption ? `-l ${text.slice(2)}${takesValue ? ' -rF' : ''}` : `-a ${text}`;
      return `complete -c alpenglow -n ${condition} ${what}${summary === '' ? '' : ` -d ${quote(summary)}`}\n`;
    }),
    ...(takesFiles ? [`complete -c alpenglow -n ${quote(`__alpenglow_in ${after}`)} -F\n`] : []),
  ])
  .join('')}`;

export type Shell = 'bash' | 'zsh' | 'fish';

/** The script for each shell. */
export const COMPLETIONS: Record<Shell, Script> = { bash, zsh, fish };
