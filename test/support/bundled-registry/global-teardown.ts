import { rm } from 'node:fs/promises';

/** Takes away what global-setup.ts made. */
export default async function globalTeardown(): Promise<void> {
  const folder = process.env.ALPENGLOW_ASSEMBLY;
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
}
