import { synthesizeRegistry } from '#test/support/synthesize-registry.ts';

test('the comparison runs every day, and after each deploy, which may have brought another key', () => {
  const rules = Object.values(synthesizeRegistry().findResources('AWS::Events::Rule'));
  const target = expect.objectContaining({
    Arn: { 'Fn::GetAtt': [expect.stringMatching(/^DailyFunction/), 'Arn'] },
  });
  expect(rules.map(({ Properties }) => Properties)).toEqual([
    expect.objectContaining({ ScheduleExpression: 'cron(17 3 * * ? *)', Targets: [target] }),
    expect.objectContaining({
      EventPattern: {
        source: ['aws.cloudformation'],
        'detail-type': ['CloudFormation Stack Status Change'],
        detail: {
          'stack-id': [{ Ref: 'AWS::StackId' }],
          'status-details': { status: ['CREATE_COMPLETE', 'UPDATE_COMPLETE'] },
        },
      },
      Targets: [target],
    }),
  ]);
});
