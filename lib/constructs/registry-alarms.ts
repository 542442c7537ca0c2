import { Duration } from 'aws-cdk-lib';
import { Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { HttpApi } from './http-api.ts';
import type { IndexPipeline } from './index-pipeline.ts';
import type { RegistryFunction } from './registry-function.ts';
import type { RegistryMetrics } from './registry-metrics.ts';
import { RunbookAlarm, type RunbookAlarmProps } from './runbook-alarm.ts';
import type { UploadPipeline } from './upload-pipeline.ts';

/** Each function by what people call it. */
export interface RegistryFunctions {
  Api: RegistryFunction;
  Index: RegistryFunction;
  Ingest: RegistryFunction;
  Reconcile: RegistryFunction;
}

export interface RegistryAlarmsProps {
  metrics: RegistryMetrics;
  pipeline: IndexPipeline;
  uploads: UploadPipeline;
  api: HttpApi;
  functions: RegistryFunctions;
  /** Who is told of an alarm, and of its end; nobody, if it is left out. */
  topicArn?: string | undefined;
}

const PERIOD = Duration.minutes(1);

/** Publishing to listed takes seconds; from here on somebody is waiting. */
const MAX_INDEX_SECONDS = 5 * 60;

/** A day, the 15 minutes of a run, its two repetitions, and some patience. */
const MAX_HOURS_BETWEEN_RUNS = 26;

/** What people are told of, each with the section of the runbook that says what to do. */
export class RegistryAlarms extends Construct {
  readonly alarms: RunbookAlarm[] = [];
  readonly #topicArn: string | undefined;

  constructor(scope: Construct, id: string, props: RegistryAlarmsProps) {
    super(scope, id);
    this.#topicArn = props.topicArn;
    this.#watchIndexes(props);
    this.#watchUploads(props);
    this.#watchErrors(props);
    this.#watchReconcile(props);
    for (const [name, lambda] of Object.entries(props.functions)) this.#watchThrottles(name, lambda);
  }

  #watchIndexes({ metrics, pipeline }: RegistryAlarmsProps): void {
    this.#watchDeadLetters('DeadLetters', pipeline.deadLetters, {
      what: 'Changes of packages could not be put into their indexes.',
      section: 'alarm-dead-letters',
    });
    this.#add('IndexLag', {
      metric: pipeline.queue.metricApproximateAgeOfOldestMessage({
        period: PERIOD,
        statistic: Stats.MAXIMUM,
      }),
      threshold: { above: MAX_INDEX_SECONDS },
      periods: 3,
      what: 'Packages are stored but not listed.',
      section: 'alarm-index-lag',
    });
    // The queue's age leaves out what was received three times. Source: SQS Developer Guide, "Available
    // CloudWatch metrics for Amazon SQS". This one has it, once it succeeds.
    this.#add('IndexLate', {
      metric: metrics.of('eventAge', Stats.p(99)),
      threshold: { above: MAX_INDEX_SECONDS },
      periods: 1,
      what: 'Packages were listed late.',
      section: 'alarm-index-lag',
    });
  }

  /** A faulty package is no failure: its upload says so. */
  #watchUploads({ uploads }: RegistryAlarmsProps): void {
    this.#watchDeadLetters('UploadDeadLetters', uploads.deadLetters, {
      what: 'Uploads could neither be published nor refused.',
      section: 'alarm-uploads',
    });
  }

  #watchDeadLetters(id: string, queue: IQueue, told: Pick<RunbookAlarmProps, 'what' | 'section'>): void {
    const statistic = { period: PERIOD, statistic: Stats.MAXIMUM };
    const metric = queue.metricApproximateNumberOfMessagesVisible(statistic);
    this.#add(id, { metric, threshold: { above: 0 }, periods: 1, ...told });
  }

  #watchErrors({ api, functions }: RegistryAlarmsProps): void {
    this.#add('ServerErrors', {
      metric: api.serverErrors,
      threshold: { above: 0 },
      periods: 3,
      what: 'The API answers with 500 or above.',
      section: 'alarm-errors',
    });
    for (const name of ['Api', 'Index', 'Ingest'] as const) {
      this.#add(`${name}Errors`, {
        metric: functions[name].metricErrors({ period: PERIOD }),
        threshold: { above: 0 },
        periods: 3,
        what: `The ${name} function fails.`,
        section: 'alarm-errors',
      });
    }
  }

  /** It runs once a day: until its next run nothing is mended, and nothing is measured. */
  #watchReconcile({ metrics, functions }: RegistryAlarmsProps): void {
    this.#add('Unexplained', {
      metric: metrics.of('unexplained', Stats.MAXIMUM, PERIOD),
      threshold: { above: 0 },
      periods: 1,
      what: 'The daily comparison found objects or records that belong to no package.',
      section: 'alarm-unexplained',
      missing: TreatMissingData.IGNORE,
    });
    this.#add('ReconcileErrors', {
      metric: functions.Reconcile.metricErrors({ period: PERIOD }),
      threshold: { above: 0 },
      periods: 1,
      what: 'The daily comparison failed, or could not compare everything.',
      section: 'alarm-reconcile-failed',
      missing: TreatMissingData.IGNORE,
    });
    // Whoever asked for a run and waited got the failures as its answer, so that the function itself did not fail.
    this.#add('ReconcileFailed', {
      metric: metrics.of('reconcileFailed', Stats.MAXIMUM, PERIOD),
      threshold: { above: 0 },
      periods: 1,
      what: 'A comparison could not compare everything.',
      section: 'alarm-reconcile-failed',
      missing: TreatMissingData.IGNORE,
    });
    this.#add('ReconcileMissing', {
      metric: metrics.of('reconcileTime', Stats.SAMPLE_COUNT, Duration.hours(1)),
      threshold: { below: 1 },
      periods: MAX_HOURS_BETWEEN_RUNS,
      what: `The daily comparison has not come to its end for ${MAX_HOURS_BETWEEN_RUNS} hours.`,
      section: 'alarm-reconcile-missing',
      missing: TreatMissingData.BREACHING,
    });
  }

  #watchThrottles(name: string, lambda: RegistryFunction): void {
    this.#add(`${name}Throttles`, {
      metric: lambda.metricThrottles({ period: PERIOD }),
      threshold: { above: 0 },
      periods: 3,
      what: `The ${name} function is throttled: the account's concurrency is used up.`,
      section: 'alarm-throttles',
    });
  }

  #add(id: string, props: RunbookAlarmProps): void {
    this.alarms.push(new RunbookAlarm(this, id, props, this.#topicArn));
  }
}
