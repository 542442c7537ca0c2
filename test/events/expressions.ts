type Item = Record<string, unknown>;

/** What an expression's placeholders stand for. */
export interface Placeholders {
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Record<string, unknown> | undefined;
}

/**
 * Whether a condition holds for an item, of the part of DynamoDB's language that Alpenglow writes.
 * Source: Amazon DynamoDB Developer Guide, "Condition and filter expressions".
 */
export function conditionHolds(
  condition: string,
  item: Item | undefined,
  placeholders: Placeholders,
): boolean {
  const tokens = condition.match(/\(|\)|,|<|=|[#:]?\w+/g) ?? [];
  const holds = readOr();
  if (tokens.length > 0) throw new Error(`not understood: ${tokens.join(' ')} of ${condition}`);
  return holds;

  function readOr(): boolean {
    let holds = readAnd();
    while (accept('OR')) holds = readAnd() || holds;
    return holds;
  }

  function readAnd(): boolean {
    let holds = readTerm();
    while (accept('AND')) holds = readTerm() && holds;
    return holds;
  }

  function readTerm(): boolean {
    if (accept('(')) {
      const holds = readOr();
      expectToken(')');
      return holds;
    }
    const first = tokens.shift() ?? '';
    if (accept('(')) return readCall(first);
    const left = operandOf(first, item, placeholders);
    const operator = tokens.shift();
    const right = operandOf(tokens.shift() ?? '', item, placeholders);
    if (left === undefined || right === undefined) return false;
    if (operator === '=') return left === right;
    if (operator === '<') return (left as number) < (right as number);
    throw new Error(`not understood: ${operator} in ${condition}`);
  }

  function readCall(name: string): boolean {
    const value = operandOf(tokens.shift() ?? '', item, placeholders);
    const other = accept(',') ? operandOf(tokens.shift() ?? '', item, placeholders) : undefined;
    expectToken(')');
    if (name === 'attribute_exists') return value !== undefined;
    if (name === 'attribute_not_exists') return value === undefined;
    if (name === 'begins_with') return typeof value === 'string' && value.startsWith(String(other));
    throw new Error(`not understood: ${name} in ${condition}`);
  }

  function accept(token: string): boolean {
    if (tokens[0] !== token) return false;
    tokens.shift();
    return true;
  }

  function expectToken(token: string): void {
    if (!accept(token)) throw new Error(`${token} is missing in ${condition}`);
  }
}

/** The item after `SET a = :b, …` or `REMOVE a`. */
export function updated(expression: string, item: Item, placeholders: Placeholders): Item {
  const [, verb, rest = ''] = /^(SET|REMOVE) (.*)$/.exec(expression) ?? [];
  if (verb === undefined) throw new Error(`not understood: ${expression}`);
  const result = { ...item };
  for (const part of rest.split(', ')) {
    const [path = '', value = ''] = part.split(' = ');
    if (verb === 'SET') result[nameOf(path, placeholders)] = operandOf(value, item, placeholders);
    else delete result[nameOf(path, placeholders)];
  }
  return result;
}

const nameOf = (path: string, { ExpressionAttributeNames = {} }: Placeholders): string =>
  ExpressionAttributeNames[path] ?? path;

const operandOf = (operand: string, item: Item | undefined, placeholders: Placeholders): unknown =>
  operand.startsWith(':')
    ? placeholders.ExpressionAttributeValues?.[operand]
    : item?.[nameOf(operand, placeholders)];
