import { describeViolation, playHistories } from './play-histories.ts';
import { TROUBLES } from './troubles.ts';

const HISTORIES = 3;

// What is more than promised, too: of these seeds it is kept.
test.each(TROUBLES)(
  'index, records and objects agree with each other and with what was answered: $name',
  async (trouble) => {
    const { violations } = await playHistories(trouble, { firstSeed: 1, histories: HISTORIES });
    expect(violations.flatMap(describeViolation)).toEqual([]);
  },
);

test('an outage of KMS of 50 minutes gives no change up; one of three hours does, and its redrive lists everything', async () => {
  const during = (kmsMinutesDown: number) =>
    playHistories({ name: 'KMS down', kmsMinutesDown }, { firstSeed: 100, histories: 5 });
  expect(await during(50)).toMatchObject({ deadLetters: 0, violations: [] });
  const long = await during(180);
  expect(long.deadLetters).toBeGreaterThan(0);
  expect(long.violations).toEqual([]);
});

test('the same seed plays the same history', async () => {
  const trouble = { name: 'everything', lost: 0.2, doubled: 0.3, refused: 0.1, workersDie: 0.05 };
  const play = () => playHistories(trouble, { firstSeed: 7, histories: 3 });
  expect(await play()).toEqual(await play());
});
