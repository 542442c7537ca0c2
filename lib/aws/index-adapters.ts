import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import type { IndexEnvironment } from '#registry/environment.ts';
import { adapters } from './adapters.ts';
import { type AwsClients, awsClients } from './clients.ts';
import { CloudFrontCdn } from './cloudfront-cdn.ts';

/** The clients of those that change indexes. */
export interface IndexClients extends AwsClients {
  cloudfront: CloudFrontClient;
}

const indexClients = (): IndexClients => ({ ...awsClients(), cloudfront: new CloudFrontClient({}) });

/** What an index is made from and by: the API needs less, and starts quicker without the rest. */
export const indexAdapters = (environment: IndexEnvironment, clients: IndexClients = indexClients()) => ({
  ...adapters(environment, clients),
  cdn: new CloudFrontCdn(clients.cloudfront, environment.DISTRIBUTION_ID),
});
