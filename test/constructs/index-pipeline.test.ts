import { Match, type Template } from 'aws-cdk-lib/assertions';
import { synthesizeRegistry } from '#test/support/synthesize-registry.ts';

let template: Template;
beforeAll(() => {
  template = synthesizeRegistry();
});

test('changes are handled in batches, and one that fails does not bring the others back', () => {
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    BatchSize: 100,
    MaximumBatchingWindowInSeconds: 1,
    ScalingConfig: { MaximumConcurrency: 5 },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  });
});

test('a change is not handled again while its batch still runs, and is kept when it fails for good', () => {
  template.hasResourceProperties('AWS::SQS::Queue', {
    VisibilityTimeout: 360,
    RedrivePolicy: Match.objectLike({ maxReceiveCount: 10 }),
  });
  template.hasResourceProperties('AWS::Lambda::Function', {
    Description: Match.stringLikeRegexp('indexes of packages'),
    Timeout: 60,
  });
});

test('a queue has one policy: a second one would replace it', () => {
  const policies = Object.values(template.findResources('AWS::SQS::QueuePolicy'));
  const queues = policies.map(({ Properties }) => JSON.stringify(Properties.Queues));
  expect(new Set(queues).size).toBe(queues.length);
});

test('S3 of this account may send to the queue before the bucket is told of it', () => {
  const policies = Object.entries(
    template.findResources('AWS::SQS::QueuePolicy', {
      Properties: {
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({
              Principal: { Service: 's3.amazonaws.com' },
              Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
            }),
          ]),
        },
      },
    }),
  );
  expect(policies).toHaveLength(2);
  const ids = policies.map(([id]) => id);
  const buckets = template.findResources('AWS::S3::Bucket', {
    Properties: { NotificationConfiguration: Match.anyValue() },
  });
  expect(Object.keys(buckets)).toHaveLength(2);
  for (const { DependsOn } of Object.values(buckets)) {
    expect(ids.filter((id) => DependsOn.includes(id))).toHaveLength(1);
  }
});
