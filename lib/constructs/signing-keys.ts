import type { RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

export interface SigningKeysProps {
  /** What the key's alias is named after. */
  registryName: string;
  /** Keys to sign with; without any, one is made. */
  existingKeyArns: readonly string[];
  removalPolicy: RemovalPolicy;
}

/** The keys that sign every index; the first is the one that clients are given. */
export class SigningKeys extends Construct {
  readonly keyArns: readonly string[];

  constructor(scope: Construct, id: string, props: SigningKeysProps) {
    super(scope, id);
    this.keyArns = props.existingKeyArns.length > 0 ? props.existingKeyArns : [this.#makeKey(props).keyArn];
  }

  #makeKey({ registryName, removalPolicy }: SigningKeysProps): Key {
    return new Key(this, 'Key', {
      description: `Signs the package indexes of ${registryName}`,
      keySpec: KeySpec.RSA_4096,
      keyUsage: KeyUsage.SIGN_VERIFY,
      alias: `alias/alpenglow/${registryName}/signing`,
      removalPolicy,
    });
  }

  /** Allows `KmsSigner` to sign, and only what and how it signs. */
  grantSign(lambda: LambdaFunction): void {
    lambda.addToRolePolicy(
      new PolicyStatement({
        actions: ['kms:Sign'],
        resources: [...this.keyArns],
        conditions: {
          StringEquals: {
            'kms:MessageType': 'DIGEST',
            'kms:SigningAlgorithm': 'RSASSA_PKCS1_V1_5_SHA_256',
          },
        },
      }),
    );
    this.grantRead(lambda);
  }

  /** Allows `KmsSigner` to fetch the public halves. */
  grantRead(lambda: LambdaFunction): void {
    lambda.addToRolePolicy(
      new PolicyStatement({ actions: ['kms:GetPublicKey'], resources: [...this.keyArns] }),
    );
  }
}
