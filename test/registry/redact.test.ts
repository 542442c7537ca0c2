import { redactTokens } from '#registry/redact.ts';
import { makeToken } from '#registry/token-text.ts';

test('of a token in a text the id is left, wherever it stands', () => {
  const { id, token } = makeToken();
  for (const around of ['%', '/api/tokens/%', 'https://user:%@host/', 'Bearer %, and', '"%"', 'a\n%\nb']) {
    expect(redactTokens(around.replace('%', token))).toBe(around.replace('%', `alp_${id}_…`));
  }
});

test('nothing is left of the token of a job', () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const jwt = `${part({ alg: 'RS256' })}.${part({ sub: 'job' })}.c2lnbmF0dXJl`;
  expect(redactTokens(`Bearer ${jwt} was sent`)).toBe('Bearer eyJ… was sent');
});

test('what is no token stays as it is', () => {
  for (const text of ['alp_', 'ci (alp_4n2kq7w1x0c8d3fa)', 'acme/v3.22/main/x86_64/eyJson-1.0-r0.apk']) {
    expect(redactTokens(text)).toBe(text);
  }
});
