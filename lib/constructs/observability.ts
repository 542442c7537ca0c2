import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  Dashboard,
  GraphWidget,
  type IMetric,
  Stats,
  TextWidget,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { HttpApi } from './http-api.ts';
import type { IndexPipeline } from './index-pipeline.ts';
import type { Reconciliation } from './reconciliation.ts';
import type { RegistryFunction } from './registry-function.ts';

export interface ObservabilityProps {
  registryName: string;
  pipeline: IndexPipeline;
  reconciliation: Reconciliation;
  api: HttpApi;
  /** Each function by what people call it. */
  functions: Record<string, RegistryFunction>;
  /** Who is told of an alarm; nobody, if it is left out. */
  alarmTopicArn?: string | undefined;
}

interface AlarmProps {
  metric: IMetric;
  /** More than this is an alarm. */
  above: number;
  /** Minutes that it lasts before it is one. */
  minutes: number;
  what: string;
  /** The section of docs/operations.md that says what to do. */
  runbook: string;
}

/** Publishing to listed takes seconds; from here on somebody is waiting. */
const MAX_INDEX_AGE = Duration.minutes(5);

const PERIOD = Duration.minutes(1);

/** Alarms that each lead to a section of the runbook, and a dashboard of the same metrics. */
export class Observability extends Construct {
  readonly #topicArn: string | undefined;

  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    this.#topicArn = props.alarmTopicArn;
    const letters = props.pipeline.deadLetters.metricApproximateNumberOfMessagesVisible({
      period: PERIOD,
      statistic: Stats.MAXIMUM,
    });
    const age = props.pipeline.queue.metricApproximateAgeOfOldestMessage({
      period: PERIOD,
      statistic: Stats.MAXIMUM,
    });
    this.#addAlarm('DeadLetters', {
      metric: letters,
      above: 0,
      minutes: 1,
      what: 'Changes of packages could not be put into their indexes.',
      runbook: 'alarm-dead-letters',
    });
    this.#addAlarm('IndexLag', {
      metric: age,
      above: MAX_INDEX_AGE.toSeconds(),
      minutes: 3,
      what: 'Packages are stored but not listed.',
      runbook: 'alarm-index-lag',
    });
    this.#addAlarm('Unexplained', {
      metric: props.reconciliation.unexplained,
      above: 0,
      minutes: 1,
      what: 'The daily comparison found objects or records that belong to no package.',
      runbook: 'alarm-unexplained',
    });
    this.#addAlarm('ServerErrors', {
      metric: props.api.serverErrors,
      above: 0,
      minutes: 3,
      what: 'The API answers with 500 or above.',
      runbook: 'alarm-errors',
    });
    for (const [name, lambda] of Object.entries(props.functions)) this.#watch(name, lambda);
    this.#makeDashboard(props, letters, age);
  }

  #watch(name: string, lambda: RegistryFunction): void {
    this.#addAlarm(`${name}Errors`, {
      metric: lambda.metricErrors({ period: PERIOD }),
      above: 0,
      minutes: 3,
      what: `The ${name} function fails.`,
      runbook: 'alarm-errors',
    });
    this.#addAlarm(`${name}Throttles`, {
      metric: lambda.metricThrottles({ period: PERIOD }),
      above: 0,
      minutes: 3,
      what: `The ${name} function is throttled: the account's concurrency is used up.`,
      runbook: 'alarm-throttles',
    });
  }

  #addAlarm(id: string, { metric, above, minutes, what, runbook }: AlarmProps): void {
    const alarm = new Alarm(this, id, {
      metric,
      threshold: above + 1,
      evaluationPeriods: minutes,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `${what} What to do: docs/operations.md#${runbook}`,
    });
    if (this.#topicArn === undefined) return;
    alarm.addAlarmAction(new SnsAction(Topic.fromTopicArn(this, `${id}Topic`, this.#topicArn)));
  }

  #makeDashboard({ registryName, functions }: ObservabilityProps, letters: IMetric, age: IMetric): void {
    const lambdas = Object.values(functions);
    const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width: 12 });
    new Dashboard(this, 'Dashboard', {
      widgets: [
        [new TextWidget({ markdown: `# Alpenglow ${registryName}`, width: 24, height: 1 })],
        [graph('Oldest change not yet listed (s)', [age]), graph('Changes given up', [letters])],
        [
          graph(
            'Calls',
            lambdas.map((lambda) => lambda.metricInvocations()),
          ),
          graph(
            'Errors and throttles',
            lambdas.flatMap((lambda) => [lambda.metricErrors(), lambda.metricThrottles()]),
          ),
        ],
        [
          graph(
            'Duration, 99th percentile (ms)',
            lambdas.map((lambda) => lambda.metricDuration({ statistic: Stats.p(99) })),
          ),
        ],
      ],
    });
  }
}
