/** What a token looks like: ours but for its secret, and a JSON Web Token's parts. */
const OURS = /\b(alp_[a-z0-9]{16})_[A-Za-z0-9_-]{8,}/g;
const JWT = /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?/g;

/** A text for a log or an answer, without the secrets of tokens that somebody put where none belongs, as into a path. */
export const redactTokens = (text: string): string => text.replace(OURS, '$1_…').replace(JWT, 'eyJ…');
