import { crc32 } from 'node:zlib';
import { ApkFormatError } from './apk-format-error.ts';
import { decodeEntry, encodeEntry, type IndexEntry } from './index-entry.ts';
import { deflateSegment, inflateSegment, type Segment } from './segmented-gzip.ts';

/**
 * How many entries a segment has on average. Fewer, and each refers to less before it and the file grows: by 3 % with
 * these, by 6 % with 128. More, and a change deflates more again.
 */
const MEAN_ENTRIES = 192;

/**
 * A run of an index's entries, deflated by itself. What was read is inflated and decoded when somebody asks for its
 * entries, what is new is deflated when it is written.
 */
export class IndexSegment {
  #entries: readonly IndexEntry[] | undefined;
  #first: IndexEntry | undefined;
  #segment: Segment | undefined;

  private constructor(entries: readonly IndexEntry[] | undefined, segment: Segment | undefined) {
    this.#entries = entries;
    this.#segment = segment;
  }

  static ofEntries = (entries: readonly IndexEntry[]) => new IndexSegment(entries, undefined);

  static ofSegment = (segment: Segment) => new IndexSegment(undefined, segment);

  /** @throws ApkFormatError `corrupt-gzip`, `bad-index` */
  entries(): readonly IndexEntry[] {
    this.#entries ??= decodeEntries(this.text().toString());
    return this.#entries;
  }

  /**
   * The entry that it begins with; the others are not decoded for it.
   * @throws ApkFormatError `corrupt-gzip`, `bad-index`
   */
  first(): IndexEntry | undefined {
    this.#first ??= this.#entries === undefined ? firstOf(this.text()) : this.#entries[0];
    return this.#first;
  }

  /**
   * As `K:value` lines.
   * @throws ApkFormatError `corrupt-gzip`
   */
  text(): Buffer {
    if (this.#segment !== undefined) return inflateSegment(this.#segment);
    return Buffer.from((this.#entries ?? []).map(encodeEntry).join(''));
  }

  segment(): Segment {
    this.#segment ??= deflateSegment(this.text());
    return this.#segment;
  }
}

/** Parts entries that stand in order. */
export function partEntries(entries: readonly IndexEntry[]): IndexSegment[] {
  const segments: IndexSegment[] = [];
  let start = 0;
  for (let end = 1; end <= entries.length; end++) {
    const next = entries[end];
    if (next !== undefined && !beginsSegment(next)) continue;
    segments.push(IndexSegment.ofEntries(entries.slice(start, end)));
    start = end;
  }
  return segments;
}

/**
 * Whether a segment begins with this entry, whatever stands around it. So a change moves no border but its own, and
 * the same entries have the same segments, however they came together.
 */
export const beginsSegment = ({ info: { name, version, arch } }: IndexEntry): boolean =>
  crc32(`${name} ${version} ${arch}`) % MEAN_ENTRIES === 0;

const firstOf = (text: Buffer): IndexEntry | undefined =>
  decodeEntries(text.toString('utf8', 0, text.indexOf('\n\n') + 2))[0];

/** @throws ApkFormatError `bad-index` */
export function decodeEntries(text: string): IndexEntry[] {
  if (text === '') return [];
  if (!text.endsWith('\n\n'))
    throw new ApkFormatError('bad-index', 'The index does not end with an empty line.');
  return text
    .slice(0, -2)
    .split('\n\n')
    .map((stanza) => decodeEntry(stanza));
}
