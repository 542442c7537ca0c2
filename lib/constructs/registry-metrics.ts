import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { METRIC, NAMESPACE } from '#aws/metric-names.ts';

const PERIOD = Duration.minutes(5);

/** The metrics that a registry's functions send of themselves, as alarms and dashboard read them. */
export class RegistryMetrics {
  readonly #registry: string;

  constructor(registryName: string) {
    this.#registry = registryName;
  }

  /** How often it happened. */
  count(name: keyof typeof METRIC): Metric {
    return this.of(name, Stats.SUM);
  }

  of(name: keyof typeof METRIC, statistic: string, period = PERIOD): Metric {
    return new Metric({
      namespace: NAMESPACE,
      metricName: METRIC[name],
      dimensionsMap: { registry: this.#registry },
      statistic,
      period,
    });
  }

  /** A line for each code that requests were refused with; which there are is looked up when it is shown. */
  rejectedByCode(): IMetric {
    const schema = `{${NAMESPACE},code,registry}`;
    const which = `MetricName="${METRIC.rejected}" registry="${this.#registry}"`;
    return new MathExpression({
      expression: `SEARCH('${schema} ${which}', '${Stats.SUM}', ${PERIOD.toSeconds()})`,
      usingMetrics: {},
      label: '',
      period: PERIOD,
    });
  }
}
