import { Match } from 'aws-cdk-lib/assertions';
import { grantsOf } from '#test/support/policy-statements.ts';
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

test('the API may have it run, and no other function may; the API may not sign', () => {
  const template = synthesizeRegistry();
  const invoking = (role: RegExp) =>
    grantsOf(template, role).filter((grant) => /^(?:lambda:|kms:Sign )/.test(grant));
  expect(invoking(/^ApiFunctionRole/)).toEqual(['lambda:InvokeFunction DailyFunction.Arn']);
  expect(grantsOf(template, /./).filter((grant) => grant.startsWith('lambda:'))).toHaveLength(1);
  template.hasResourceProperties('AWS::Lambda::Function', {
    Environment: {
      Variables: {
        ORIGIN_SECRET: Match.anyValue(),
        RECONCILE_FUNCTION: { Ref: Match.stringLikeRegexp('^DailyFunction') },
      },
    },
  });
});
