import { readFileSync } from 'node:fs';
import type { Template } from 'aws-cdk-lib/assertions';
import { synthesizeRegistry } from '#test/support/synthesize-registry.ts';

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:alarms';

interface Alarm {
  AlarmDescription: string;
  AlarmActions: unknown;
}

let template: Template;
beforeAll(() => {
  template = synthesizeRegistry({ alarmTopicArn: TOPIC });
});

const alarms = () =>
  Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(
    ({ Properties }) => Properties as Alarm,
  );

test('every alarm leads to a section of the runbook that exists', () => {
  const headings = readFileSync('docs/operations.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('#'))
    .map((line) => line.replace(/^#+ /, '').toLowerCase().replaceAll(' ', '-'));
  const found = alarms();
  expect(found).toHaveLength(10);
  for (const { AlarmDescription } of found) {
    const [, section] = /docs\/operations\.md#(\S+)$/.exec(AlarmDescription) ?? [];
    expect(headings).toContain(section);
  }
});

test('the topic of the settings is told of every alarm', () => {
  for (const { AlarmActions } of alarms()) expect(AlarmActions).toEqual([TOPIC]);
});

test('the daily comparison is run, and what it cannot explain is counted from its log', () => {
  template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'cron(17 3 * * ? *)' });
  template.hasResourceProperties('AWS::Logs::MetricFilter', {
    FilterPattern: '{ $.message = "reconciled" }',
    MetricTransformations: [{ MetricValue: '$.counts.unexplained' }],
  });
});
