/** Numbers from 0 to 1 that look random and are the same each time: George Marsaglia's xorshift32. */
export function randomNumbers(seed = 2463534242): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
