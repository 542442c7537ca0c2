import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether two secrets of any length are equal, in a time that tells nothing of where they differ. */
export const sameSecret = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

const digest = (secret: string) => createHash('sha256').update(secret).digest();
