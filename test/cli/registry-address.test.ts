import { parseRegistryAddress } from '#cli/connection/registry-address.ts';

test.each([
  ['https://apk.example.com', undefined],
  ['https://apk.example.com/', undefined],
  ['https://apk.example.com/acme/v3.22/main', '/acme/v3.22/main'],
  ['https://apk.example.com/acme/v3.22/main//', '/acme/v3.22/main'],
  ['https://apk.example.com/api/packages/acme/alpine/v3.22/main', '/acme/v3.22/main'],
  ['https://apk.example.com/org/tools/alpine_any/alpine_any/main', '/org/tools/alpine_any/alpine_any/main'],
])('%s is the repository %s', (text, repository) => {
  const address = { origin: 'https://apk.example.com', repository, authorization: undefined };
  expect(parseRegistryAddress(text)).toEqual(address);
});

test('the user and password of a line are sent as apk sends them', () => {
  const { origin, authorization } = parseRegistryAddress('https://ci:a%2Fb@apk.example.com/acme/v3.22/main');
  expect(origin).toBe('https://apk.example.com');
  expect(authorization).toBe(`Basic ${Buffer.from('ci:a/b').toString('base64')}`);
});
