/** The polynomial of CRC-32, its lowest power in the highest bit. Source: RFC 1952, 8. */
const POLYNOMIAL = 0xedb88320;
const [X_TO_0, X_TO_8] = [0x80000000, 0x00800000];

/** x to the power of 8, 16, 32, …: as many bits as 1, 2, 4, … bytes have. */
const POWERS = [X_TO_8];
while (POWERS.length < 32) {
  const last = POWERS[POWERS.length - 1] as number;
  POWERS.push(multiply(last, last));
}

/**
 * The CRC-32 of bytes, of which the first have `first` and the other `secondBytes` (below 2^32) have `second`.
 * What follows multiplies the first ones' remainder by x for each of its bits.
 */
export function combineCrc32(first: number, second: number, secondBytes: number): number {
  let shift = X_TO_0;
  for (const [bit, power] of POWERS.entries()) {
    if ((secondBytes >>> bit) & 1) shift = multiply(shift, power);
  }
  return (multiply(shift, first) ^ second) >>> 0;
}

/** The product of two polynomials, modulo that of CRC-32. */
function multiply(a: number, b: number): number {
  let product = 0;
  let shifted = b;
  for (let power = X_TO_0; power !== 0; power >>>= 1) {
    if (a & power) product ^= shifted;
    shifted = shifted & 1 ? (shifted >>> 1) ^ POLYNOMIAL : shifted >>> 1;
  }
  return product >>> 0;
}
