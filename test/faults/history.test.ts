import { type Deed, isExplained } from './history.ts';

type Told = [action: 'publish' | 'delete', sha256: string | undefined, outcome: Deed['outcome']];

/** Requests of which each was answered before the next one was sent, if it was answered. */
const inTurn = (...told: Told[]): Deed[] =>
  told.map(([action, sha256, outcome], i) => ({
    action,
    ...(sha256 !== undefined && { sha256 }),
    began: 2 * i,
    ended: outcome === 'unanswered' ? Number.POSITIVE_INFINITY : 2 * i + 1,
    outcome,
  }));
const atOnce = (...told: Told[]): Deed[] =>
  inTurn(...told).map((deed, began) => ({ ...deed, began, ended: 100 }));

test.each<[string, Deed[], string | undefined]>([
  ['a publish that was answered', inTurn(['publish', 'a', 'done']), 'a'],
  ['a publish that was not, and is there', inTurn(['publish', 'a', 'unanswered']), 'a'],
  ['a publish that was not, and is not there', inTurn(['publish', 'a', 'unanswered']), undefined],
  [
    'a second try that finds the first one',
    inTurn(['publish', 'a', 'unanswered'], ['publish', 'a', 'there already']),
    'a',
  ],
  ['a delete', inTurn(['publish', 'a', 'done'], ['delete', undefined, 'done']), undefined],
  [
    'a publish and a delete at once',
    atOnce(['delete', undefined, 'not there'], ['publish', 'a', 'done']),
    'a',
  ],
])('%s is explained', (_what, deeds, content) => expect(isExplained(deeds, content)).toBe(true));

test.each<[string, Deed[], string | undefined]>([
  ['a publish that is not kept', inTurn(['publish', 'a', 'done']), undefined],
  ['other bytes than were published', inTurn(['publish', 'a', 'done']), 'b'],
  ['a delete that left the file', inTurn(['publish', 'a', 'done'], ['delete', undefined, 'done']), 'a'],
  ['two publishes of one file', atOnce(['publish', 'a', 'done'], ['publish', 'b', 'done']), 'b'],
  ['a 409 of what was not there', inTurn(['publish', 'a', 'there already']), undefined],
  ['a 404 of what was there', inTurn(['publish', 'a', 'done'], ['delete', undefined, 'not there']), 'a'],
  ['what nobody published', [], 'a'],
])('%s is not', (_what, deeds, content) => expect(isExplained(deeds, content)).toBe(false));
