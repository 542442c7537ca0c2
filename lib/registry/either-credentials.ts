import type { Credentials } from './authorize.ts';

/** Asks one kind of credentials, and the other one where that does not know the token. */
export const eitherCredentials = (one: Credentials, other: Credentials): Credentials => ({
  find: async (token) => (await one.find(token)) ?? other.find(token),
});
