import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';
import { viewerFunctionCode } from '#constructs/viewer-function-code.ts';

const FOLDER = join(__dirname, '../../../lambdas/edge');

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

const SOURCES = readdirSync(FOLDER).map(
  (file) => [file, () => readFileSync(join(FOLDER, file), 'utf8')] as const,
);

test.each([...SOURCES, ['what is deployed of it', viewerFunctionCode] as const])(
  "%s is written in what CloudFront's runtime understands",
  (_which, read) => {
    const found = [...nodes(parseSync(read(), { syntax: 'typescript' }))];
    const types = new Set(found.map(({ type }) => type));
    expect(found.length).toBeGreaterThan(50);
    expect(UNSUPPORTED.filter((type) => types.has(type))).toEqual([]);
    const operators = new Set(found.map(({ operator }) => operator));
    expect(UNSUPPORTED_OPERATORS.filter((operator) => operators.has(operator))).toEqual([]);
    expect(found.filter(({ spread }) => spread)).toEqual([]);
  },
);

const FUNCTIONS = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'];
const isFunction = ({ type }: Record<string, unknown>) => FUNCTIONS.includes(String(type));

/** Source: there, "Statements": "async arguments and closures are not supported". */
test('its async functions are plain ones: no closure is in them, and no argument is awaited', () => {
  const found = [...nodes(parseSync(viewerFunctionCode(), { syntax: 'typescript' }))];
  const asynchronous = found.filter((node) => isFunction(node) && node.async === true);
  expect(asynchronous.length).toBeGreaterThan(3);
  expect(new Set(asynchronous.map(({ type }) => type))).toEqual(new Set(['FunctionDeclaration']));
  for (const { body, identifier } of asynchronous) {
    expect([identifier, [...nodes(body)].filter(isFunction)]).toEqual([identifier, []]);
  }
  const calls = found.filter(({ type }) => type === 'CallExpression');
  const awaited = calls
    .flatMap((call) => [...nodes(call.arguments)])
    .filter(({ type }) => type === 'AwaitExpression');
  expect(awaited).toEqual([]);
});

test('it has no module but those of the runtime', () => {
  const { body } = parseSync(viewerFunctionCode(), { syntax: 'typescript' });
  const imports = body.flatMap((item) => (item.type === 'ImportDeclaration' ? [item.source.value] : []));
  expect(imports).toEqual(['cloudfront']);
  expect(viewerFunctionCode().match(/require\([^)]*\)/g)).toEqual(["require('crypto')"]);
});
