import fc from 'fast-check';
import { covers, EVERYTHING, type Grant, parsePlace, permits, permitsAll, RIGHTS } from '#registry/rights.ts';

test.each([
  ['acme', 'acme', true],
  ['acme', 'acme/v3.22', true],
  ['acme', 'acme/v3.22/main', true],
  ['acme/v3.22', 'acme/v3.22/main', true],
  ['acme/v3.22/main', 'acme/v3.22/main', true],
  ['acme/*/main', 'acme/v3.22/main', true],
  ['*', 'acme/v3.22/main', true],
  ['*', '*', true],
  ['*/v3.22', 'acme/v3.22/main', true],
  ['acme', '*', false],
  ['acme', 'acme2', false],
  ['acme', 'other/acme/main', false],
  ['acme/v3.22', 'acme', false],
  ['acme/v3.22', 'acme/*', false],
  ['acme/v3.22', 'acme/v3.2', false],
  ['acme/v3.22', 'acme/edge/main', false],
  ['acme/v3.22/main', 'acme/v3.22', false],
  ['acme/*/main', 'acme/v3.22/community', false],
  ['acme/*/main', 'acme/v3.22', false],
])('a grant on %s has %s in it: %s', (on, place, isIn) => {
  expect(covers(on, place)).toBe(isIn);
});

test('a right is had only where a grant names it', () => {
  const grants: Grant[] = [
    { allow: ['publish', 'delete'], on: 'acme/v3.22' },
    { allow: ['read'], on: 'acme' },
  ];
  expect(permits(grants, 'publish', 'acme/v3.22/main')).toBe(true);
  expect(permits(grants, 'publish', 'acme/edge/main')).toBe(false);
  expect(permits(grants, 'read', 'acme/edge/main')).toBe(true);
  expect(permits(grants, 'admin', 'acme/v3.22/main')).toBe(false);
  expect(permits([], 'read', 'acme')).toBe(false);
});

const segment = fc.constantFrom('a', 'b', '*');
const place = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => segments.join('/'));
const grants = fc.array(fc.record({ allow: fc.subarray([...RIGHTS], { minLength: 1 }), on: place }), {
  maxLength: 4,
});

test('whoever is given what somebody may give, has no right anywhere that the giver has not', () => {
  fc.assert(
    fc.property(grants, grants, fc.constantFrom(...RIGHTS), place, (own, given, right, where) => {
      fc.pre(permitsAll(own, given) && permits(given, right, where));
      expect(permits(own, right, where)).toBe(true);
    }),
  );
  expect(permitsAll(EVERYTHING, EVERYTHING)).toBe(true);
});

test.each([
  ['ACME', 'acme'],
  ['acme/v3.22/Main', 'acme/v3.22/Main'],
  ['*', '*'],
  ['acme/*/main', 'acme/*/main'],
])('%s is the place %s', (text, parsed) => {
  expect(parsePlace(text)).toBe(parsed);
});

test.each([
  ['', 'bad-owner'],
  ['api', 'reserved-owner'],
  ['acme/', 'bad-branch'],
  ['acme//main', 'bad-branch'],
  ['acme/v3.22/', 'bad-repository'],
  ['acme/v3.22/main/x86_64', 'bad-place'],
  ['ac*', 'bad-owner'],
  ['**', 'bad-owner'],
  ['acme/v*', 'bad-branch'],
  ['acme/../main', 'bad-branch'],
])('%j is no place: %s', (text, code) => {
  expect(() => parsePlace(text)).toThrow(expect.objectContaining({ code }));
});
