import { performance } from 'node:perf_hooks';
import { buildPackage } from '#test/support/build-package.ts';
import type { RegistryClient } from '#test/support/registry-client.ts';
import { ListingWatch } from './listing-watch.ts';

/** Who sends how much. */
export interface Load {
  /** What the packages, and their repository, are called. */
  name: string;
  count: number;
  /** How many requests are under way at once. */
  connections: number;
}

/** What a load came to, in milliseconds. */
export interface LoadTimes {
  /** From each request to its 201. */
  answered: number[];
  /** From each request until an index was seen that lists it; none, where there is no index. */
  listed: number[];
  lastAnswered: number;
  allListed: number;
}

/** Publishes packages of a kilobyte each, all made before, into a repository of their own. */
export async function publishLoad(load: Load, registry: RegistryClient): Promise<LoadTimes> {
  const repository = `${registry.owner}/edge/${load.name}`;
  const watch = new ListingWatch(registry, `${repository}/x86_64`);
  try {
    const send = async (body: Buffer) => (await registry.put(repository, body)).status;
    return await sendLoad(load, send, (name) => watch.listedAt(`${name}-1.0-r0.apk`));
  } finally {
    await watch.close();
  }
}

/** @param send gives the status of the answer */
export async function sendLoad(
  { name, count, connections }: Load,
  send: (body: Buffer) => Promise<number>,
  listedAt?: (name: string) => Promise<number>,
): Promise<LoadTimes> {
  const names = Array.from({ length: count }, (_, i) => `${name}-${i}`);
  const packages = await Promise.all(names.map((each) => buildPackage({ name: each })));
  const answered: number[] = [];
  const listings: Promise<number>[] = [];
  const begin = performance.now();
  const connection = async () => {
    for (let body = packages.shift(); body !== undefined; body = packages.shift()) {
      const each = `${name}-${count - packages.length - 1}`;
      const start = performance.now();
      const status = await send(body);
      if (status !== 201) throw new Error(`${each} was answered ${status}`);
      answered.push(performance.now() - start);
      if (listedAt !== undefined) listings.push(listedAt(each).then((at) => at - start));
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
  const lastAnswered = performance.now() - begin;
  const listed = await Promise.all(listings);
  return { answered, listed, lastAnswered, allListed: performance.now() - begin };
}
