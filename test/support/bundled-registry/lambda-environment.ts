import type { Endpoints } from '#aws/stand-in-clients.ts';

/** What CloudFormation puts in place of references, by the variables that they stand in. */
export type ResolvedValues = Record<string, string>;

/**
 * What a Lambda finds in its environment, with the stand-ins in place of AWS.
 * Source: AWS Lambda Developer Guide, "Defined runtime environment variables"; AWS SDKs and Tools Reference
 * Guide, "Service-specific endpoints".
 * @param variables as in the template
 * @throws Error for a variable that the template refers elsewhere for, and `resolved` does not have
 */
export function lambdaEnvironment(
  variables: Record<string, unknown>,
  resolved: ResolvedValues,
  { region, accessKeyId, secretAccessKey, ...endpoints }: Endpoints & { secretAccessKey: string },
): Record<string, string> {
  const own = Object.entries(variables).map(([name, value]) => [name, resolve(name, value, resolved)]);
  return {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: 'not-checked',
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_KMS: endpoints.kms,
    AWS_ENDPOINT_URL_CLOUDFRONT: endpoints.cloudfront,
    // The client puts the account's number before the host, which an address cannot have.
    AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE: endpoints.keyvaluestore.replace('127.0.0.1', 'localhost'),
    ...Object.fromEntries(own),
  };
}

function resolve(name: string, value: unknown, resolved: ResolvedValues): string {
  if (typeof value === 'string' && !value.includes('{{resolve:')) return value;
  const known = resolved[name];
  if (known !== undefined) return known;
  throw new Error(
    `The template sets ${name} to ${JSON.stringify(value)}. Add its value to resolvedValues in start-bundled-registry.ts.`,
  );
}
