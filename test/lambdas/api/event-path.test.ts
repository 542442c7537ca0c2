import { encodeEventPath } from '#lambdas/api/event-path.ts';

/** What becomes of a path that was sent percent-encoded, by way of an HTTP API, which decodes it. */
const received = (path: string) => new URL(`https://api.example.com${encodeEventPath(path)}`).pathname;

test.each([
  ['/acme/v3.22/main/x86_64/libstdc++-1.0-r0.apk', '/acme/v3.22/main/x86_64/libstdc++-1.0-r0.apk'],
  ['/acme/a b', '/acme/a%20b'],
  ['/acme/a?b', '/acme/a%3Fb'],
  ['/acme/a#b', '/acme/a%23b'],
  ['/acme/a\\b', '/acme/a%5Cb'],
  ['/acme/a\nb\tc', '/acme/a%0Ab%09c'],
  ['/acme/100%', '/acme/100%25'],
  ['/acme/jö', '/acme/j%C3%B6'],
  ['/acme/\ud800', '/acme/%EF%BF%BD'],
])('the decoded path %j is the path %s of a URL', (decoded, encoded) => {
  expect(received(decoded).toLowerCase()).toBe(encoded.toLowerCase());
});

test('a path that comes encoded stays as it is', () => {
  expect(received('/acme/libstdc%2B%2B-1.0%7eab.apk')).toBe('/acme/libstdc%2B%2B-1.0%7eab.apk');
});
