#!/usr/bin/env node
import { existsSync } from 'node:fs';

// A clone runs its sources, whatever was built of them; a package has no sources.
if (existsSync(new URL('alpenglow.ts', import.meta.url))) {
  const { register } = await import('tsx/esm/api');
  // The folder that it is called in is somebody else's, and so is its tsconfig.json.
  register({ tsconfig: false });
  await import('./alpenglow.ts');
} else {
  await import('../dist/alpenglow.js');
}
