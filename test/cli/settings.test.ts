import { readSettings } from '#cli/serve/settings.ts';

test('without settings the registry is at port 8080, keeps its data in .alpenglow and makes a token', () => {
  expect(readSettings({}, {})).toEqual({
    port: 8080,
    data: expect.stringMatching(/^\/.*\/\.alpenglow$/),
    token: undefined,
    visibility: 'public',
  });
});

test('a flag goes before the environment', () => {
  const environment = {
    PORT: '1',
    ALPENGLOW_DATA: '/a',
    ALPENGLOW_TOKEN: 'from-environment',
    ALPENGLOW_VISIBILITY: 'private',
  };
  expect(readSettings({}, environment)).toEqual({
    port: 1,
    data: '/a',
    token: 'from-environment',
    visibility: 'private',
  });
  const flags = { port: '2', data: '/b', token: 'from-flags', visibility: 'public' };
  expect(readSettings(flags, environment)).toEqual({
    port: 2,
    data: '/b',
    token: 'from-flags',
    visibility: 'public',
  });
});

test.each([
  ['PORT', 'http'],
  ['PORT', '65536'],
  ['PORT', '-1'],
  ['ALPENGLOW_TOKEN', 'short'],
  ['ALPENGLOW_TOKEN', 'with a space in it'],
  ['ALPENGLOW_TOKEN', 'x'.repeat(201)],
  ['ALPENGLOW_VISIBILITY', 'secret'],
])('%s=%s is refused by its name', (name, value) => {
  expect(() => readSettings({}, { [name]: value })).toThrow(name);
});
