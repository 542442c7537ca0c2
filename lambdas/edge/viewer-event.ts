/**
 * A request as CloudFront gives it to the viewer function, before its cache and its origins see it.
 * Source: CloudFront Developer Guide, "CloudFront Functions event structure".
 */
export interface ViewerRequest {
  method: string;
  /** The path, percent-encoded as it was sent. */
  uri: string;
  querystring: object;
  headers: Record<string, { value: string }>;
}

/** An answer in place of theirs. */
export interface ViewerResponse {
  statusCode: number;
  statusDescription: string;
  headers: Record<string, { value: string }>;
  body?: string;
}
