import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Delivery } from './delivery.ts';
import type { IndexPipeline } from './index-pipeline.ts';
import type { RegistryFunctions } from './registry-alarms.ts';
import type { RegistryMetrics } from './registry-metrics.ts';
import type { RunbookAlarm } from './runbook-alarm.ts';

export interface RegistryDashboardProps {
  registryName: string;
  metrics: RegistryMetrics;
  pipeline: IndexPipeline;
  delivery: Delivery;
  functions: RegistryFunctions;
  alarms: RunbookAlarm[];
}

const WIDTH = 24;

/** What comes in, what becomes of it, and what it runs on, from top to bottom. */
export class RegistryDashboard extends Construct {
  constructor(scope: Construct, id: string, props: RegistryDashboardProps) {
    super(scope, id);
    new Dashboard(this, 'Dashboard', {
      defaultInterval: Duration.days(1),
      widgets: [
        [new TextWidget({ markdown: runbookOf(props), width: WIDTH, height: 4 })],
        [new AlarmStatusWidget({ alarms: props.alarms, width: WIDTH, height: 3 })],
        requests(props),
        indexes(props),
        queue(props),
        functions(props),
        delivery(props),
        reconcile(props),
      ],
    });
  }
}

const third = (title: string, left: IMetric[], right: IMetric[] = []) =>
  new GraphWidget({ title, left, right, width: WIDTH / 3 });
const half = (title: string, left: IMetric[], right: IMetric[] = []) =>
  new GraphWidget({ title, left, right, width: WIDTH / 2 });

/** A dashboard does not know where the repository is, so that the runbook is named, not linked. */
function runbookOf({ registryName, delivery, alarms }: RegistryDashboardProps): string {
  const sections = new Set(alarms.map(({ section }) => section));
  return [
    `# Alpenglow ${registryName}`,
    `${delivery.url}; what is measured: \`docs/operations.md#metrics\``,
    `Runbook: ${[...sections].map((section) => `\`docs/operations.md#${section}\``).join(', ')}`,
  ].join('\n\n');
}

const requests = ({ metrics }: RegistryDashboardProps): IWidget[] => [
  half('Published and deleted', [metrics.count('published'), metrics.count('deleted')]),
  half('Rejected, by code', [metrics.rejectedByCode()]),
];

const indexes = ({ metrics }: RegistryDashboardProps): IWidget[] => [
  third('Index updates (ms)', percentiles(metrics, 'indexUpdateTime')),
  third('Index writes and conflicts', [metrics.count('indexWrites'), metrics.count('indexConflicts')]),
  third('From change to index (s)', [
    ...percentiles(metrics, 'eventAge'),
    metrics.of('eventAge', Stats.MAXIMUM).with({ label: 'max' }),
  ]),
];

const percentiles = (metrics: RegistryMetrics, name: 'indexUpdateTime' | 'eventAge'): IMetric[] =>
  [50, 99].map((percent) => metrics.of(name, Stats.p(percent)).with({ label: `p${percent}` }));

const queue = ({ pipeline }: RegistryDashboardProps): IWidget[] => [
  half('Oldest change not yet listed (s)', [
    pipeline.queue.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM }),
  ]),
  half('Changes given up', [
    pipeline.deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM }),
  ]),
];

function functions(props: RegistryDashboardProps): IWidget[] {
  const named = Object.entries(props.functions);
  return [
    third(
      'Calls',
      named.map(([label, lambda]) => lambda.metricInvocations({ label })),
    ),
    third(
      'Errors and throttles',
      named.map(([name, lambda]) => lambda.metricErrors({ label: `${name} errors` })),
      named.map(([name, lambda]) => lambda.metricThrottles({ label: `${name} throttles` })),
    ),
    third(
      'Duration, 99th percentile (ms)',
      named.map(([label, lambda]) => lambda.metricDuration({ label, statistic: Stats.p(99) })),
    ),
  ];
}

/**
 * Its metrics are in us-east-1, which a dashboard of any region may show, and have a second dimension that the
 * CDK leaves out. Source: CloudFront Developer Guide, "Types of metrics for CloudFront".
 */
function delivery({ delivery: { distribution } }: RegistryDashboardProps): IWidget[] {
  const global = {
    region: 'us-east-1',
    dimensionsMap: { DistributionId: distribution.distributionId, Region: 'Global' },
  };
  return [
    half('CloudFront: requests', [distribution.metricRequests(global)]),
    half('CloudFront: answers of 4xx and 5xx (%)', [
      distribution.metric4xxErrorRate(global),
      distribution.metric5xxErrorRate(global),
    ]),
  ];
}

const reconcile = ({ metrics }: RegistryDashboardProps): IWidget[] => [
  half(
    'Daily comparison: findings',
    (['healed', 'unexplained', 'reconcileFailed'] as const).map((name) => metrics.of(name, Stats.MAXIMUM)),
  ),
  half('Daily comparison: time (ms)', [metrics.of('reconcileTime', Stats.MAXIMUM)]),
];
