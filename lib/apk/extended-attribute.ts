/** Source: xattr(7), "Extended attribute namespaces"; Linux, include/uapi/linux/limits.h, XATTR_NAME_MAX. */
const NAME = /^(?:user|trusted|security|system)\../;
const MAX_NAME_BYTES = 255;

/** The bytes that a file's capabilities have, by their revision. Source: Linux, security/commoncap.c, validheader. */
const CAPABILITY_BYTES = new Map([
  [0x02000000, 20],
  [0x03000000, 24],
]);
/** The one flag beside the revision. */
const EFFECTIVE = 1;

/**
 * Whether an extended attribute is one that no Linux takes: apk 2 leaves the package behind as broken then, and
 * apk 3 without what the attribute says.
 */
export const isImpossibleAttribute = (name: string, value: Uint8Array): boolean =>
  !NAME.test(name) ||
  Buffer.byteLength(name) > MAX_NAME_BYTES ||
  (name === 'security.capability' && !isCapability(value));

function isCapability(value: Uint8Array): boolean {
  if (value.length < 4) return false;
  const magic = new DataView(value.buffer, value.byteOffset).getUint32(0, true);
  return CAPABILITY_BYTES.get(magic & ~EFFECTIVE) === value.length;
}
