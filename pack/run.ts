import { rm } from 'node:fs/promises';
import { BUNDLE_FOLDER, bundleCommand } from './bundle-command.ts';
import { COMPLETION_FOLDER, writeCompletions } from './write-completions.ts';

const remove = (folder: string) => rm(folder, { recursive: true, force: true });

await Promise.all([remove(BUNDLE_FOLDER), remove(COMPLETION_FOLDER)]);
await Promise.all([bundleCommand(BUNDLE_FOLDER), writeCompletions(COMPLETION_FOLDER)]);
