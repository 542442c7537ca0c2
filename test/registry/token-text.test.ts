import { BOOTSTRAP_ID, idOfToken, isTokenId, makeToken } from '#registry/token-text.ts';

test('tokens have the form that people search leaked ones by, and none is like another', () => {
  const tokens = Array.from({ length: 1000 }, makeToken);
  for (const { id, token } of tokens) {
    expect(token).toMatch(/^alp_[a-z0-9]{16}_[A-Za-z0-9_-]{43}$/);
    expect(idOfToken(token)).toBe(id);
    expect(isTokenId(id)).toBe(true);
  }
  expect(new Set(tokens.map(({ id }) => id)).size).toBe(1000);
  expect(new Set(tokens.map(({ token }) => token.slice(-43))).size).toBe(1000);
});

test('each place of an id takes each of its characters', () => {
  const ids = Array.from({ length: 2000 }, () => makeToken().id);
  for (let i = 0; i < 16; i++) expect(new Set(ids.map((id) => id[i])).size).toBe(32);
});

test.each([
  '',
  'alp_',
  'a-token-of-ones-own',
  `alp_${'a'.repeat(43)}`,
  `alp_${'a'.repeat(16)}_${'A'.repeat(42)}`,
  `alp_${'a'.repeat(16)}_${'A'.repeat(44)}`,
  `alp_${'A'.repeat(16)}_${'A'.repeat(43)}`,
  `alp_${'a'.repeat(16)}_${'A'.repeat(42)}\n`,
  ` alp_${'a'.repeat(16)}_${'A'.repeat(43)}`,
])('%p was not made here, and is looked for as the one of the start', (token) => {
  expect(idOfToken(token)).toBe(BOOTSTRAP_ID);
});
