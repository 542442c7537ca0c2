import { parseArgs } from 'node:util';
import { type Command, UsageError } from '../command.ts';
import { COMPLETIONS, type Shell } from '../completions.ts';
import { VERBS } from '../verbs.ts';

const OPTIONS = {} as const;

export const completion: Command = {
  synopsis: 'alpenglow completion bash|zsh|fish',
  details: `Prints a script that makes a shell complete the commands, their options, and the files that they take.
  bash      source <(alpenglow completion bash), in ~/.bashrc
  zsh       source <(alpenglow completion zsh), in ~/.zshrc after compinit
  fish      alpenglow completion fish | source, in ~/.config/fish/config.fish

Example: alpenglow completion bash > /etc/bash_completion.d/alpenglow
`,
  options: OPTIONS,
  async run(args, { print }) {
    const { positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
    const [name = '', ...others] = positionals;
    if (others.length > 0 || !Object.hasOwn(COMPLETIONS, name)) {
      throw new UsageError(`Which shell? ${Object.keys(COMPLETIONS).join(', ')}.`);
    }
    const commands = await Promise.all(
      [...VERBS].map(async ([verb, { summary, load }]) => {
        const { options, takes } = await load();
        return { verb, summary, options, takes };
      }),
    );
    print(COMPLETIONS[name as Shell](commands));
    return 0;
  },
};
