import { readFileSync } from 'node:fs';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { dashboardOf } from '#test/support/dashboard-body.ts';
import { synthesizeRegistry } from '#test/support/synthesize-registry.ts';

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:alarms';

interface Alarm {
  AlarmDescription: string;
  AlarmActions: unknown;
  OKActions: unknown;
  MetricName: string;
  Namespace: string;
  TreatMissingData: string;
}

let template: Template;
beforeAll(() => {
  template = synthesizeRegistry({ alarmTopicArn: TOPIC });
});

const alarms = () =>
  Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(
    ({ Properties }) => Properties as Alarm,
  );
const sectionOf = ({ AlarmDescription }: Alarm) => /docs\/operations\.md#(\S+)$/.exec(AlarmDescription)?.[1];

/** The runbook's sections, by their anchors. */
const sections = (): Map<string, string> =>
  new Map(
    readFileSync('docs/operations.md', 'utf8')
      .split(/^#+ /m)
      .map((section) => {
        const [heading = ''] = section.split('\n');
        return [heading.toLowerCase().replaceAll(' ', '-'), section];
      }),
  );

test('every alarm leads to a section of the runbook that exists, and every such section has an alarm', () => {
  const found = alarms().map(sectionOf);
  expect(found).toHaveLength(15);
  const anchors = [...sections().keys()].filter((anchor) => anchor.startsWith('alarm-'));
  expect(new Set(found)).toEqual(new Set(anchors));
});

test('a section says what the alarm means, how to look, what to do and when it is mended', () => {
  for (const [anchor, section] of sections()) {
    if (!anchor.startsWith('alarm-')) continue;
    for (const part of ['**Means**', '**Look**', '**Do**', '**Mended**']) expect(section).toContain(part);
  }
});

test('the topic of the settings is told of every alarm, and of its end', () => {
  for (const { AlarmActions, OKActions } of alarms()) {
    expect(AlarmActions).toEqual([TOPIC]);
    expect(OKActions).toEqual([TOPIC]);
  }
});

test('without a topic, alarms are there for people to look at', () => {
  synthesizeRegistry().allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: Match.absent() });
});

test('a daily comparison that was not run is an alarm after 26 hours', () => {
  template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'cron(17 3 * * ? *)' });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    Namespace: 'Alpenglow',
    MetricName: 'ReconcileTime',
    Statistic: 'SampleCount',
    Period: 3600,
    EvaluationPeriods: 26,
    ComparisonOperator: 'LessThanThreshold',
    Threshold: 1,
    TreatMissingData: 'breaching',
  });
});

test('what the daily comparison found stays an alarm until a comparison does not find it', () => {
  const daily = alarms().filter((alarm) =>
    ['alarm-unexplained', 'alarm-reconcile-failed'].includes(sectionOf(alarm) ?? ''),
  );
  expect(daily.map(({ TreatMissingData }) => TreatMissingData)).toEqual(['ignore', 'ignore']);
});

test('the dashboard names the runbook of every alarm', () => {
  const { text } = dashboardOf(template);
  for (const alarm of alarms()) expect(text).toContain(`docs/operations.md#${sectionOf(alarm)}`);
});

test("CloudFront's metrics are shown from where they are, with both of their dimensions", () => {
  const shown = dashboardOf(synthesizeRegistry({ region: 'eu-west-1', account: '123456789012' })).metrics;
  const cdn = shown.filter(({ namespace }) => namespace === 'AWS/CloudFront');
  expect(cdn.map(({ name }) => name)).toEqual(['Requests', '4xxErrorRate', '5xxErrorRate']);
  for (const { region, dimensions } of cdn) {
    expect(region).toBe('us-east-1');
    expect(dimensions).toEqual({ DistributionId: expect.any(String), Region: 'Global' });
  }
});

test('every function logs JSON, and no level is dropped that metrics are sent with', () => {
  for (const { Properties } of Object.values(template.findResources('AWS::Lambda::Function'))) {
    expect(Properties.LoggingConfig).toMatchObject({ LogFormat: 'JSON', ApplicationLogLevel: 'INFO' });
  }
});
