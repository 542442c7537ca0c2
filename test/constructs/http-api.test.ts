import { Match, type Template } from 'aws-cdk-lib/assertions';
import { readApiEnvironment } from '#lambdas/api/api-environment.ts';
import { readEnvironment, readIngestEnvironment } from '#registry/environment.ts';
import { LEASE_SECONDS } from '#registry/new-record.ts';
import { synthesizeRegistry } from '#test/support/synthesize-registry.ts';

interface Origin {
  OriginCustomHeaders?: { HeaderName: string; HeaderValue: unknown }[];
}

let template: Template;
beforeAll(() => {
  template = synthesizeRegistry({ throttleRate: 7, throttleBurst: 9 });
});

test('the API is throttled as the settings say', () => {
  template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
    StageName: '$default',
    DefaultRouteSettings: { ThrottlingRateLimit: 7, ThrottlingBurstLimit: 9 },
  });
});

test('what is logged of a request holds no header and no query, where tokens are', () => {
  const [stage] = Object.values(template.findResources('AWS::ApiGatewayV2::Stage'));
  const format = stage?.Properties.AccessLogSettings.Format;
  expect(JSON.parse(format)).toMatchObject({ path: '$context.path', status: '$context.status' });
  expect(format).not.toMatch(/header|query/i);
});

test('every path and method reaches the function', () => {
  template.hasResourceProperties('AWS::ApiGatewayV2::Route', { RouteKey: '$default' });
  template.hasResourceProperties('AWS::ApiGatewayV2::Integration', { PayloadFormatVersion: '2.0' });
});

test('every function runs on Graviton and Node 24, and finds every variable that it reads', () => {
  const functions = Object.values(template.findResources('AWS::Lambda::Function'));
  expect(functions).toHaveLength(4);
  for (const { Properties } of functions) {
    expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
    const variables = Object.entries(Properties.Environment.Variables as Record<string, unknown>);
    const deployed = variables.map(([name, value]) => [
      name,
      typeof value === 'string' ? value : 'resolved-by-AWS',
    ]);
    const read = /uploaded past/.test(Properties.Description) ? readIngestEnvironment : readEnvironment;
    expect(() => read(Object.fromEntries(deployed))).not.toThrow();
  }
});

test('no function lives longer than its claims of files', () => {
  const functions = Object.values(template.findResources('AWS::Lambda::Function'));
  const timeouts = functions.map(({ Properties }) => Properties.Timeout as number);
  expect(Math.max(...timeouts)).toBeLessThanOrEqual(LEASE_SECONDS);
});

test('the API and CloudFront have the same secret, and it is not in the template', () => {
  const api = Object.values(
    template.findResources('AWS::Lambda::Function', {
      Properties: { Environment: { Variables: { ORIGIN_SECRET: Match.anyValue() } } },
    }),
  )[0]?.Properties.Environment.Variables;
  const [distribution] = Object.values(template.findResources('AWS::CloudFront::Distribution'));
  const origins: Origin[] = distribution?.Properties.DistributionConfig.Origins;
  const sent = origins.flatMap(({ OriginCustomHeaders = [] }) => OriginCustomHeaders);
  expect(sent).toEqual([{ HeaderName: 'x-alpenglow-origin', HeaderValue: api.ORIGIN_SECRET }]);
  expect(JSON.stringify(api.ORIGIN_SECRET)).toContain('{{resolve:secretsmanager:');
  const resolved = {
    ...api,
    ORIGIN_SECRET: 'x'.repeat(48),
    PUBLIC_URL: 'https://d1.cloudfront.net',
    RECONCILE_FUNCTION: 'reconcile',
  };
  expect(() => readApiEnvironment(resolved)).not.toThrow();
});
