import { main } from '#cli/main.ts';

// Who reads the beginning alone, as head does, has seen enough: as a program that SIGPIPE ends.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 141 : 1));
process.exitCode = await main(process.argv.slice(2));
