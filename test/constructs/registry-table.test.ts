import { RemovalPolicy } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { RegistryTable } from '#constructs/registry-table.ts';
import { grantsOf } from '#test/support/policy-statements.ts';
import { emptyStack, synthesizeRegistry } from '#test/support/synthesize-registry.ts';

test('the records cost nothing when idle, can be restored, and are not deleted by mistake; used tokens are forgotten', () => {
  const stack = emptyStack();
  new RegistryTable(stack, 'Records', { removalPolicy: RemovalPolicy.RETAIN });
  Template.fromStack(stack).hasResource('AWS::DynamoDB::GlobalTable', {
    DeletionPolicy: 'Retain',
    Properties: {
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      TimeToLiveSpecification: { AttributeName: 'forgetAfter', Enabled: true },
      Replicas: [
        {
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        },
      ],
    },
  });
});

describe('with a table that was restored', () => {
  const [before, after] = [synthesizeRegistry(), synthesizeRegistry({ existingTableName: 'restored' })];
  const tablesOf = (template: Template) => template.findResources('AWS::DynamoDB::GlobalTable');

  test('the registry keeps its own, exactly as it is', () => {
    expect(Object.keys(tablesOf(after))).toHaveLength(1);
    expect(tablesOf(after)).toEqual(tablesOf(before));
  });

  test.each([/^ApiFunctionRole/, /^IndexesFunctionRole/, /^DailyFunctionRole/])(
    'the role %s may do with it what it might do with the own one, and nothing with that any more',
    (role) => {
      const onTables = (template: Template) =>
        grantsOf(template, role).filter((grant) => grant.startsWith('dynamodb:'));
      expect(onTables(before).length).toBeGreaterThan(0);
      const actions = onTables(before).map((grant) => grant.split(' ')[0]);
      expect(onTables(after).map((grant) => grant.split(' ')[0])).toEqual(actions);
      for (const grant of onTables(after)) expect(grant).toMatch(/:table\/restored$/);
    },
  );

  test('every function uses it', () => {
    const names = Object.values(after.findResources('AWS::Lambda::Function')).map(
      ({ Properties }) => Properties.Environment.Variables.TABLE_NAME,
    );
    expect(names).toEqual(Array(4).fill('restored'));
  });
});
