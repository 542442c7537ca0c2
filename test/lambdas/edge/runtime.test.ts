import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';
import { viewerFunctionCode } from '#constructs/viewer-function-code.ts';

const SOURCE = join(__dirname, '../../../lambdas/edge/viewer-request.ts');

/**
 * Syntax that CloudFront's runtime 2.0 does not have, by the names of the parser's nodes.
 * Source: CloudFront Developer Guide, "JavaScript runtime 2.0 features for CloudFront Functions".
 */
const UNSUPPORTED = [
  'ArrayPattern',
  'AssignmentPattern',
  'AssignmentPatternProperty',
  'ClassDeclaration',
  'ClassExpression',
  'ForOfStatement',
  'ImportDeclaration',
  'ObjectPattern',
  'OptionalChainingExpression',
  'SpreadElement',
  'YieldExpression',
];
const UNSUPPORTED_OPERATORS = ['??', '??=', '||=', '&&='];

function* nodes(node: unknown): Generator<Record<string, unknown>> {
  if (typeof node !== 'object' || node === null) return;
  yield node as Record<string, unknown>;
  for (const child of Object.values(node)) yield* nodes(child);
}

test.each([
  ['the viewer function', () => readFileSync(SOURCE, 'utf8')],
  ['what is deployed of it', viewerFunctionCode],
])("%s is written in what CloudFront's runtime understands", (_which, read) => {
  const found = [...nodes(parseSync(read(), { syntax: 'typescript' }))];
  const types = new Set(found.map(({ type }) => type));
  expect(types).toContain('ArrowFunctionExpression');
  expect(UNSUPPORTED.filter((type) => types.has(type))).toEqual([]);
  const operators = new Set(found.map(({ operator }) => operator));
  expect(UNSUPPORTED_OPERATORS.filter((operator) => operators.has(operator))).toEqual([]);
  expect(found.filter(({ spread }) => spread)).toEqual([]);
});
