#!/usr/bin/env -S npx tsx
// To be run itself, too: npx remembers for good what a clone's command was called when it was first asked for it.
import { main } from '#cli/main.ts';

// Who reads the beginning alone, as head does, has seen enough: as a program that SIGPIPE ends.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 141 : 1));
process.exitCode = await main(process.argv.slice(2));
