/** What bench/children/serve-counted.ts prints of each index that is stored. */
export const INDEX_WRITTEN = 'index written';
