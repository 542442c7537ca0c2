import type { FuzzTarget } from '../fuzz-target.ts';
import { formTarget } from './form-target.ts';
import { indexTarget } from './index-target.ts';
import { openJwtTarget } from './jwt-target.ts';
import { type AcceptedPackage, PACKAGE_TARGETS, packageTarget } from './package-targets.ts';
import { pathTarget } from './path-target.ts';
import { openPublishTarget } from './publish-target.ts';
import { openRequestTarget } from './request-target.ts';

/** How many of a thousand cases each target gets: most where there is most to be decoded. */
export const SHARES: Record<string, number> = {
  PKGINFO: 130,
  tar: 150,
  pax: 150,
  gzip: 60,
  package: 120,
  bytes: 110,
  index: 70,
  multipart: 60,
  paths: 100,
  requests: 30,
  JWT: 15,
  publish: 5,
};

/** @param onAccepted is shown each package that the decoder takes */
export async function openTarget(
  name: string,
  onAccepted?: (accepted: AcceptedPackage) => Promise<void>,
): Promise<FuzzTarget> {
  if (PACKAGE_TARGETS.includes(name)) return packageTarget(name, onAccepted) as FuzzTarget;
  const open = OTHERS[name];
  if (open === undefined)
    throw new Error(`there is no target ${name}; there are ${Object.keys(SHARES).join(', ')}`);
  return open();
}

const OTHERS: Record<string, () => Promise<FuzzTarget>> = {
  index: async () => indexTarget() as FuzzTarget,
  multipart: async () => formTarget() as FuzzTarget,
  paths: async () => pathTarget() as FuzzTarget,
  JWT: async () => (await openJwtTarget()) as FuzzTarget,
  requests: async () => (await openRequestTarget()) as FuzzTarget,
  publish: async () => (await openPublishTarget()) as FuzzTarget,
};
