import { Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

export interface RegistrySecretsProps {
  registryName: string;
  /** Another number makes another secret. */
  generation: number;
}

/** A random value made at the first deploy, and kept by Secrets Manager alone. */
export class RegistrySecrets extends Construct {
  /** What CloudFront tells the HTTP API that it is CloudFront. */
  readonly origin: Secret;

  constructor(scope: Construct, id: string, { registryName, generation }: RegistrySecretsProps) {
    super(scope, id);
    this.origin = new Secret(this, `Origin${generation}`, {
      description: `Alpenglow ${registryName}: CloudFront to the HTTP API`,
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
    });
    Validations.of(this.origin).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Two resources hold the value and change with a deploy, so the setting secretsGeneration replaces it: docs/operations.md.',
    });
  }
}
