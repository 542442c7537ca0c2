import { Match, type Template } from 'aws-cdk-lib/assertions';
import { synthesizeRegistry } from '#test/support/synthesize-registry.ts';

let template: Template;
beforeAll(() => {
  template = synthesizeRegistry();
});

const distribution = (properties: object) =>
  template.hasResourceProperties('AWS::CloudFront::Distribution', {
    DistributionConfig: Match.objectLike(properties),
  });

test('what the bucket does not have is asked of the API', () => {
  distribution({
    OriginGroups: {
      Quantity: 1,
      Items: [Match.objectLike({ FailoverCriteria: { StatusCodes: { Items: [403, 404], Quantity: 2 } } })],
    },
    DefaultCacheBehavior: Match.objectLike({
      AllowedMethods: ['GET', 'HEAD'],
      TargetOriginId: Match.stringLikeRegexp('OriginGroup'),
      Compress: false,
    }),
  });
});

test.each(['/api/*', '/v2/*'])('%s takes every method with its token, and is never cached', (path) => {
  distribution({
    CacheBehaviors: Match.arrayWith([
      Match.objectLike({
        PathPattern: path,
        AllowedMethods: Match.arrayWith(['PUT', 'POST', 'DELETE']),
        // CachingDisabled and AllViewerExceptHostHeader. Source: CloudFront Developer Guide, "Use managed cache policies".
        CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
        OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
        ViewerProtocolPolicy: 'https-only',
      }),
    ]),
  });
});

test('files are cached for as long as they say, and alike for all who may read them', () => {
  template.hasResourceProperties('AWS::CloudFront::CachePolicy', {
    CachePolicyConfig: {
      MinTTL: 0,
      DefaultTTL: 0,
      MaxTTL: 86_400,
      ParametersInCacheKeyAndForwardedToOrigin: Match.objectLike({
        HeadersConfig: { HeaderBehavior: 'none' },
        QueryStringsConfig: { QueryStringBehavior: 'none' },
        CookiesConfig: { CookieBehavior: 'none' },
      }),
    },
  });
});

test('no error is kept: a package that was missing is found when it is there', () => {
  const uncached = (ErrorCode: number) => ({ ErrorCode, ErrorCachingMinTTL: 0 });
  distribution({ CustomErrorResponses: Match.arrayWith([403, 404, 500, 503].map(uncached)) });
});

test('the viewer function sees every request', () => {
  const viewer = { FunctionAssociations: [Match.objectLike({ EventType: 'viewer-request' })] };
  distribution({
    DefaultCacheBehavior: Match.objectLike(viewer),
    CacheBehaviors: [Match.objectLike(viewer), Match.objectLike(viewer)],
    HttpVersion: 'http2and3',
    Logging: Match.objectLike({ Prefix: 'cdn/' }),
  });
  template.hasResourceProperties('AWS::CloudFront::Function', {
    AutoPublish: true,
    FunctionConfig: { Runtime: 'cloudfront-js-2.0' },
  });
});

test('a domain of its own has records, and TLS 1.2 at least', () => {
  const named = synthesizeRegistry({
    domainName: 'apk.example.com',
    certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/1',
    hostedZoneId: 'Z0123456789',
    hostedZoneName: 'example.com',
  });
  named.hasResourceProperties('AWS::CloudFront::Distribution', {
    DistributionConfig: Match.objectLike({
      Aliases: ['apk.example.com'],
      ViewerCertificate: Match.objectLike({
        MinimumProtocolVersion: 'TLSv1.2_2021',
        SslSupportMethod: 'sni-only',
      }),
    }),
  });
  for (const Type of ['A', 'AAAA']) {
    named.hasResourceProperties('AWS::Route53::RecordSet', { Name: 'apk.example.com.', Type });
  }
  named.hasOutput('Url', { Value: 'https://apk.example.com' });
  named.hasResourceProperties('AWS::Lambda::Function', {
    Environment: { Variables: Match.objectLike({ PUBLIC_URL: 'https://apk.example.com' }) },
  });
});

test('in us-east-1 the certificate of a hosted zone is made', () => {
  const named = synthesizeRegistry({
    domainName: 'apk.example.com',
    region: 'us-east-1',
    hostedZoneId: 'Z0123456789',
    hostedZoneName: 'example.com',
  });
  named.hasResourceProperties('AWS::CertificateManager::Certificate', {
    DomainName: 'apk.example.com',
    ValidationMethod: 'DNS',
  });
});
