import { misfits } from '#registry/claim-conditions.ts';

const CLAIMS = {
  ref: 'refs/heads/main',
  sub: 'repo:acme/tools:environment:production',
  number: 7,
  truth: true,
  nothing: null,
  empty: '',
  list: ['a', 'b'],
  none: [],
  mixed: ['a', {}],
  'ci.example/id': '1',
  ci: { example: { id: '2' }, list: ['x'] },
  'https://aws.amazon.com/tags': { principal_tags: { organization_id: ['o'] } },
};

test.each([
  [{ claim: 'ref', equals: 'refs/heads/main' }],
  [{ claim: 'number', equals: '7' }],
  [{ claim: 'truth', equals: 'true' }],
  [{ claim: 'ref', oneOf: ['x', 'refs/heads/main'] }],
  [{ claim: 'ref', noneOf: ['x', 'y'] }],
  [{ claim: 'list', equals: 'b' }],
  [{ claim: 'list', noneOf: ['c'] }],
  [{ claim: 'list', glob: '*' }],
  [{ claim: 'ci.example/id', equals: '1' }],
  [{ claim: 'ci.example.id', equals: '2' }],
  [{ claim: 'ci.list', equals: 'x' }],
  [{ claim: 'https://aws.amazon.com/tags.principal_tags.organization_id', equals: 'o' }],
  [{ claim: 'ref', glob: 'refs/heads/*' }],
  [{ claim: 'ref', glob: 'refs/*/m*n' }],
  [{ claim: 'sub', glob: 'repo:acme/*:environment:production' }],
  [{ claim: 'empty', glob: '*' }],
])('%j fits', (condition) => {
  expect(misfits([condition], CLAIMS)).toEqual([]);
});

test.each([
  [{ claim: 'ref', equals: 'refs/heads/mai' }],
  [{ claim: 'ref', equals: 'REFS/heads/main' }],
  [{ claim: 'ref', oneOf: ['x', 'y'] }],
  [{ claim: 'ref', noneOf: ['x', 'refs/heads/main'] }],
  [{ claim: 'missing', equals: 'undefined' }],
  [{ claim: 'missing', noneOf: ['x'] }],
  [{ claim: 'missing', glob: '*' }],
  [{ claim: 'nothing', equals: 'null' }],
  [{ claim: 'nothing', noneOf: ['x'] }],
  [{ claim: 'none', noneOf: ['x'] }],
  [{ claim: 'list', noneOf: ['b'] }],
  [{ claim: 'mixed', equals: 'a' }],
  [{ claim: 'ci', equals: '[object Object]' }],
  [{ claim: 'ci.example', noneOf: ['x'] }],
  [{ claim: 'list.0', equals: 'a' }],
  [{ claim: 'list.length', equals: '2' }],
  [{ claim: 'ref.length', equals: '15' }],
  [{ claim: 'toString', noneOf: ['x'] }],
  [{ claim: '__proto__.x', noneOf: ['x'] }],
  [{ claim: 'ref', glob: 'refs/heads/*/x' }],
  [{ claim: 'ref', glob: 'refs/*' }],
  [{ claim: 'ref', glob: '*' }],
  [{ claim: 'ref', glob: 'refs/heads/ma*ain' }],
  [{ claim: 'ref', glob: 'refs/heads/mai?' }],
  [{ claim: 'ref', glob: 'refs.heads.main' }],
  [{ claim: 'sub', glob: 'repo:acme/*:production' }],
])('%j does not fit', (condition) => {
  expect(misfits([condition], CLAIMS)).toEqual([condition.claim]);
});

test('a pattern of many stars takes no time', () => {
  const start = performance.now();
  const claims = { ref: 'a'.repeat(8000) };
  expect(misfits([{ claim: 'ref', glob: `${'*a'.repeat(250)}*b` }], claims)).toEqual(['ref']);
  expect(performance.now() - start).toBeLessThan(200);
});
