import { readFileSync } from 'node:fs';
import { countOperations, describeCalls } from '#test/support/counted-operations.ts';

test('docs/cost.md has every call that a publish, a delete, an upload and their index updates make', async () => {
  const page = readFileSync('docs/cost.md', 'utf8');
  const counted = (await countOperations()).map(
    (operation) => `- ${operation.name}: ${describeCalls(operation)}`,
  );
  const [, list = ''] = /\n\n(- publish: .+?)\n\n/s.exec(page) ?? [];
  expect(list.split('\n')).toEqual(counted);
});
