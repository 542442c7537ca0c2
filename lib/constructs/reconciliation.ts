import { Duration, Stack } from 'aws-cdk-lib';
import { type EventPattern, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { IndexEnvironment, ReaderEnvironment } from '#registry/environment.ts';
import type { Delivery } from './delivery.ts';
import type { PackagesBucket } from './packages-bucket.ts';
import { type FunctionDefaults, RegistryFunction } from './registry-function.ts';
import type { RegistryTable } from './registry-table.ts';
import type { SigningKeys } from './signing-keys.ts';

export interface ReconciliationProps extends FunctionDefaults {
  packages: PackagesBucket;
  table: RegistryTable;
  keys: SigningKeys;
  delivery: Delivery;
  environment: Record<keyof IndexEnvironment | keyof ReaderEnvironment, string>;
}

/** Once a day and after each deploy, all records, objects and indexes are compared with each other, and what died is finished. */
export class Reconciliation extends Construct {
  readonly lambda: RegistryFunction;

  constructor(
    scope: Construct,
    id: string,
    { packages, table, keys, delivery, ...props }: ReconciliationProps,
  ) {
    super(scope, id);
    this.lambda = new RegistryFunction(this, 'Function', {
      folder: 'reconcile',
      description:
        'Compares records, objects and indexes, finishes what died and reports what it cannot explain',
      memorySize: 1024,
      timeout: Duration.minutes(15),
      ...props,
    });
    packages.grant(this.lambda, 's3:GetObject', 's3:PutObject', 's3:DeleteObject');
    table.grant(
      this.lambda,
      'dynamodb:Scan',
      'dynamodb:BatchGetItem',
      'dynamodb:Query',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
    );
    keys.grantSign(this.lambda);
    delivery.grantForget(this.lambda);
    delivery.grantReaders(
      this.lambda,
      'cloudfront-keyvaluestore:DescribeKeyValueStore',
      'cloudfront-keyvaluestore:ListKeys',
      'cloudfront-keyvaluestore:UpdateKeys',
    );
    const targets = [new LambdaFunction(this.lambda)];
    new Rule(this, 'Daily', { schedule: Schedule.cron({ hour: '3', minute: '17' }), targets });
    new Rule(this, 'Deployed', { eventPattern: deployOf(Stack.of(this)), targets });
  }

  /** Allows another function to have it run, and to wait for its answer: this one alone, and none of its versions. */
  grantRun(lambda: RegistryFunction): void {
    lambda.addToRolePolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.lambda.functionArn] }),
    );
  }
}

/**
 * A deploy may have brought another key: its public half is put beside every owner's branches, and every index is
 * signed by it. Source: AWS CloudFormation User Guide, "Managing events with CloudFormation and Amazon EventBridge".
 */
const deployOf = (stack: Stack): EventPattern => ({
  source: ['aws.cloudformation'],
  detailType: ['CloudFormation Stack Status Change'],
  detail: {
    'stack-id': [stack.stackId],
    'status-details': { status: ['CREATE_COMPLETE', 'UPDATE_COMPLETE'] },
  },
});
