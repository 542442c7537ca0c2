import { Level } from 'level';

type Values = typeof Level.prototype.values;

const { values }: { values: Values } = Level.prototype;

const closingValues: Values = function (this: Level, options = {}) {
  const iterator = values.call(this, options);
  return Object.assign(iterator, { return: () => iterator.close() });
};

/**
 * Lets dynalite end the iterators of its database. It calls their `return`, as if they were generators, and they
 * have `close` alone: each query would leave one open until the table is closed, and with it what LevelDB
 * keeps in memory and on disk for whoever still reads. Source: dynalite 4.0.0, db/index.js, createValueStream.
 */
export function closeIteratorsOnReturn(): void {
  Level.prototype.values = closingValues;
}
