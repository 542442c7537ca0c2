import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { main } from '#cli/main.ts';

/** Where the package has them. */
export const COMPLETION_FOLDER = 'completions';

/** By shell, as the shells' own folders call them. */
const FILES = { bash: 'alpenglow.bash', zsh: '_alpenglow', fish: 'alpenglow.fish' };

/** Writes what `alpenglow completion` prints, for whoever installs files instead of calling it. */
export async function writeCompletions(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [shell, file] of Object.entries(FILES)) {
    let script = '';
    const print = (text: string) => {
      script += text;
    };
    const code = await main(['completion', shell], { environment: {}, print, note: print });
    if (code !== 0) throw new Error(`alpenglow completion ${shell} ended with ${code}: ${script}`);
    await writeFile(join(folder, file), script);
  }
}
