import { RemovalPolicy } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { RegistryTable } from '#constructs/registry-table.ts';
import { emptyStack } from '#test/support/synthesize-registry.ts';

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
