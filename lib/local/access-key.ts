/**
 * The access key id of a request signed with Signature Version 4, by header.
 * Source: IAM User Guide, "Elements of an AWS API request signature": `Credential=ID/date/region/service/aws4_request`,
 * or in a signature for all regions (4A) without one.
 */
export function accessKeyIdOf(request: Request): string | undefined {
  const header = request.headers.get('authorization') ?? '';
  const credential = /^AWS4-(?:HMAC|ECDSA-P256)-SHA256\s+(?:.*[,\s])?Credential=([^,\s]+)/.exec(header)?.[1];
  return credential?.split('/')[0];
}
