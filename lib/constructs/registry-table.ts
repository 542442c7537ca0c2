import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

type ItemAction =
  | 'dynamodb:BatchGetItem'
  | 'dynamodb:DeleteItem'
  | 'dynamodb:GetItem'
  | 'dynamodb:PutItem'
  | 'dynamodb:Query'
  | 'dynamodb:Scan'
  | 'dynamodb:UpdateItem';

export interface RegistryTableProps {
  removalPolicy: RemovalPolicy;
  /** A table to use instead, such as one that was restored; the registry's own is kept as it is. */
  existingTableName?: string | undefined;
}

/** The records and the tokens: one table, paid by the request, restorable to any second of the last 35 days. */
export class RegistryTable extends Construct {
  /** Of the table that is used. */
  readonly tableName: string;
  readonly #tableArn: string;

  constructor(scope: Construct, id: string, { removalPolicy, existingTableName }: RegistryTableProps) {
    super(scope, id);
    // Made even where it is not used: a table that leaves the template is one that a deployment may delete.
    const made = new TableV2(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      timeToLiveAttribute: 'forgetAfter',
      billing: Billing.onDemand(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
      removalPolicy,
    });
    const used =
      existingTableName === undefined ? made : TableV2.fromTableName(this, 'Used', existingTableName);
    this.tableName = used.tableName;
    this.#tableArn = used.tableArn;
  }

  /** Allows calls of the adapters of its items. */
  grant(lambda: LambdaFunction, ...actions: ItemAction[]): void {
    lambda.addToRolePolicy(new PolicyStatement({ actions, resources: [this.#tableArn] }));
  }
}
