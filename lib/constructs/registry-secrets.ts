import { Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

export interface RegistrySecretsProps {
  registryName: string;
  /** Another number makes other secrets. */
  generation: number;
}

/** Two random values made at the first deploy, and kept by Secrets Manager alone. */
export class RegistrySecrets extends Construct {
  /** What CloudFront tells the HTTP API that it is CloudFront. */
  readonly origin: Secret;
  /** The token that has every right. */
  readonly bootstrapToken: Secret;

  constructor(scope: Construct, id: string, { registryName, generation }: RegistrySecretsProps) {
    super(scope, id);
    this.origin = this.#makeSecret(
      `Origin${generation}`,
      `Alpenglow ${registryName}: CloudFront to the HTTP API`,
    );
    this.bootstrapToken = this.#makeSecret(
      `BootstrapToken${generation}`,
      `Alpenglow ${registryName}: the token that has every right`,
    );
  }

  #makeSecret(id: string, description: string): Secret {
    const secret = new Secret(this, id, {
      description,
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Two resources hold the value and change with a deploy, so the setting secretsGeneration replaces it: docs/operations.md.',
    });
    return secret;
  }
}
