import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

export interface RunbookAlarmProps {
  metric: IMetric;
  /** More than this is an alarm, or less than `below`. */
  threshold: { above: number } | { below: number };
  /** How many periods of the metric it lasts before it is one. */
  periods: number;
  what: string;
  /** The section of docs/operations.md that says what to do. */
  section: string;
  /** What it means that nothing was measured; by default, that nothing is wrong. */
  missing?: TreatMissingData;
}

/** An alarm that says where the runbook is. Whoever is told of it is told of its end. */
export class RunbookAlarm extends Alarm {
  readonly section: string;

  constructor(scope: Construct, id: string, props: RunbookAlarmProps, topicArn: string | undefined) {
    const { metric, threshold, periods, what, section, missing } = props;
    const isAbove = 'above' in threshold;
    super(scope, id, {
      metric,
      threshold: isAbove ? threshold.above : threshold.below,
      comparisonOperator: isAbove
        ? ComparisonOperator.GREATER_THAN_THRESHOLD
        : ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: periods,
      treatMissingData: missing ?? TreatMissingData.NOT_BREACHING,
      alarmDescription: `${what} What to do: docs/operations.md#${section}`,
    });
    this.section = section;
    if (topicArn === undefined) return;
    const action = new SnsAction(Topic.fromTopicArn(this, 'Topic', topicArn));
    this.addAlarmAction(action);
    this.addOkAction(action);
  }
}
