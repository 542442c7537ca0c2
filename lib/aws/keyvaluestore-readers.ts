import {
  type CloudFrontKeyValueStoreClient,
  ConflictException,
  DescribeKeyValueStoreCommand,
  ListKeysCommand,
  ResourceNotFoundException,
  UpdateKeysCommand,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
import type { Readers } from '#registry/readers.ts';

/** Keys of one update. Source: CloudFront Developer Guide, "Quotas on key value stores". */
const MAX_KEYS = 50;

/** Every change of any key makes another version, so writers of other keys are in the way, too. */
const MAX_TRIES = 20;
const PAUSE_MS = 50;

type Change = readonly [key: string, value: string | undefined];

/** A CloudFront KeyValueStore, as the viewer function sees it some seconds later. */
export class KeyValueStoreReaders implements Readers {
  readonly #client: CloudFrontKeyValueStoreClient;
  readonly #arn: string;

  constructor(client: CloudFrontKeyValueStoreClient, arn: string) {
    this.#client = client;
    this.#arn = arn;
  }

  async update(changes: ReadonlyMap<string, string | undefined>): Promise<void> {
    const all = [...changes];
    for (let start = 0; start < all.length; start += MAX_KEYS)
      await this.#apply(all.slice(start, start + MAX_KEYS));
  }

  async list(): Promise<Map<string, string>> {
    const pairs = new Map<string, string>();
    let token: string | undefined;
    do {
      const { Items, NextToken } = await this.#client.send(
        new ListKeysCommand({ KvsARN: this.#arn, NextToken: token, MaxResults: MAX_KEYS }),
      );
      for (const { Key = '', Value = '' } of Items ?? []) pairs.set(Key, Value);
      token = NextToken;
    } while (token !== undefined);
    return pairs;
  }

  /** A key that is taken out twice makes its whole update fail, so that is then done key by key. */
  async #apply(changes: readonly Change[]): Promise<void> {
    for (let tries = 1; ; tries++) {
      const version = await this.#version();
      try {
        await this.#client.send(updateOf(this.#arn, version, changes));
        return;
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return this.#applyEach(changes, error);
        if (!isOutdated(error) || tries === MAX_TRIES) throw error;
        await pause(tries);
      }
    }
  }

  async #applyEach([first, ...others]: readonly Change[], error: Error): Promise<void> {
    if (first === undefined) return;
    if (others.length === 0 && first[1] !== undefined) throw error;
    if (others.length === 0) return;
    for (const change of [first, ...others]) await this.#apply([change]);
  }

  async #version(): Promise<string> {
    const { ETag } = await this.#client.send(new DescribeKeyValueStoreCommand({ KvsARN: this.#arn }));
    return ETag ?? '';
  }
}

function updateOf(KvsARN: string, IfMatch: string, changes: readonly Change[]): UpdateKeysCommand {
  const Puts = changes.flatMap(([Key, Value]) => (Value === undefined ? [] : [{ Key, Value }]));
  const Deletes = changes.flatMap(([Key, Value]) => (Value === undefined ? [{ Key }] : []));
  return new UpdateKeysCommand({ KvsARN, IfMatch, Puts, Deletes });
}

/** The API Reference has ConflictException for it; another name with these words means the same. */
const isOutdated = (error: unknown): boolean =>
  error instanceof ConflictException || /pre-?condition/i.test((error as Error).message);

/** Longer each time, so that a dozen who write at once each have their turn; 10 seconds in all at the very most. */
const pause = (tries: number) =>
  new Promise((resolve) => setTimeout(resolve, Math.random() * tries * PAUSE_MS));
