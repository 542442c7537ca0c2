// The store takes requests that are signed for all regions; the client finds the signer that is loaded here.
import '@aws-sdk/signature-v4a';
import {
  CloudFrontKeyValueStoreClient,
  type CloudFrontKeyValueStoreClientConfig,
} from '@aws-sdk/client-cloudfront-keyvaluestore';

/**
 * A client of the key value stores, which can sign.
 * @param endpoint of a stand-in: the client's own rules put the account's number before the host of an endpoint, and
 * no address of loopback has such a name, so they are passed by
 */
export function makeKeyValueStoreClient(
  config: CloudFrontKeyValueStoreClientConfig = {},
  endpoint?: string,
): CloudFrontKeyValueStoreClient {
  if (endpoint === undefined) return new CloudFrontKeyValueStoreClient(config);
  const standIn = { ...config, endpointProvider: () => ({ url: new URL(endpoint) }) };
  return new CloudFrontKeyValueStoreClient(standIn);
}
