import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';

/** A place in a bundle, as V8 writes it: `/var/task/index.js:12:3456`. Source: V8, "Stack trace API". */
const PLACE = /(\/[^\s:()]+\.js):(\d+):(\d+)/g;

const maps = new Map<string, SourceMap | undefined>();

/**
 * A stack with the places in the sources, where a bundle has its map beside it. Node's own `--enable-source-maps`
 * would read the map at each start, a sixth of it, of functions that hardly ever have an error to tell.
 */
export const toSourceStack = (stack: string): string =>
  stack.replace(PLACE, (place: string, file: string, line: string, column: string) => {
    const entry = mapOf(file)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (entry === undefined || !('originalSource' in entry)) return place;
    const { originalSource, originalLine, originalColumn } = entry;
    return `${originalSource.replace(/^(?:\.\.\/)+/, '')}:${originalLine + 1}:${originalColumn + 1}`;
  });

function mapOf(file: string): SourceMap | undefined {
  if (!maps.has(file)) maps.set(file, readMap(`${file}.map`));
  return maps.get(file);
}

/** A place that cannot be found in the sources is told as it is: the error matters more. */
function readMap(file: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
