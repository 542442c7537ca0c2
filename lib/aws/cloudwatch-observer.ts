import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { AdoptReport } from '#registry/adopt-report.ts';
import { packageKey } from '#registry/object-keys.ts';
import type { Observer } from '#registry/observer.ts';
import type { Clock, IndexName, PackageFileName, PackageRecord } from '#registry/ports.ts';
import type { ReconcileReport } from '#registry/reconcile-report.ts';
import type { ReindexReport } from '#registry/reindex.ts';
import { summarizeAdopt, summarizeReconcile, summarizeReindex } from '#registry/report-summaries.ts';
import { describeError } from './describe-error.ts';
import { METRIC, NAMESPACE } from './metric-names.ts';

/** What is needed of Lambda's context. */
interface Invocation {
  awsRequestId: string;
}

/**
 * Tells CloudWatch: one line of JSON on standard output for each event in the log, and one in the embedded
 * metric format for the metrics of an invocation. Source: CloudWatch User Guide, "Specification: Embedded metric format".
 */
export class CloudWatchObserver implements Observer {
  readonly #registry: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #metrics: Metrics;
  #requestId: string | undefined;

  /** @param registry its name, the dimension of every metric */
  constructor(registry: string, clock: Clock = Date.now) {
    this.#registry = registry;
    this.#clock = clock;
    this.#logger = new Logger({ serviceName: 'alpenglow', persistentKeys: { registry } });
    this.#metrics = metricsOf({ registry });
  }

  /**
   * The handler, observed: what is logged meanwhile has its request id, what it throws is logged with its
   * causes, and its metrics are written when it ends, however it ends.
   */
  watch<Event, Context extends Invocation, Answer>(
    handle: (event: Event, context: Context) => Promise<Answer>,
  ): (event: Event, context: Context) => Promise<Answer> {
    return async (event, context) => {
      this.#requestId = context.awsRequestId;
      this.#logger.appendKeys({ requestId: this.#requestId });
      try {
        return await handle(event, context);
      } catch (error) {
        this.failed(error);
        throw error;
      } finally {
        if (this.#metrics.hasStoredMetrics()) this.#metrics.publishStoredMetrics();
        this.#logger.resetKeys();
      }
    };
  }

  published(record: PackageRecord): void {
    const { publishedBy, sha256, size } = record;
    this.#logger.info('published', { key: packageKey(record), publishedBy, sha256, size });
    this.#count(METRIC.published);
  }

  deleted(file: PackageFileName): void {
    this.#logger.info('deleted', { key: packageKey(file) });
    this.#count(METRIC.deleted);
  }

  /** Written by itself, since all metrics of a line share their dimensions; it is the log's line, too. */
  rejected(code: string): void {
    const metrics = metricsOf({ registry: this.#registry, code });
    this.#add(METRIC.rejected, MetricUnit.Count, 1, metrics);
    metrics.publishStoredMetrics();
  }

  indexWritten(): void {
    this.#count(METRIC.indexWrites);
  }

  indexContended(): void {
    this.#count(METRIC.indexConflicts);
  }

  indexUpdated(_index: IndexName, milliseconds: number): void {
    this.#add(METRIC.indexUpdateTime, MetricUnit.Milliseconds, milliseconds);
  }

  /** S3's clock is not ours: a change from the future is a new one. */
  changeIndexed(_file: PackageFileName, announcedAt: number): void {
    const seconds = Math.max(0, (this.#clock() - announcedAt) / 1000);
    this.#add(METRIC.eventAge, MetricUnit.Seconds, seconds);
  }

  adopted(report: AdoptReport): void {
    this.#logger.info('adopted', summarizeAdopt(report));
  }

  reconciled(report: ReconcileReport, milliseconds: number): void {
    const { healed, unexplained, failed } = report;
    this.#logger.info('reconciled', summarizeReconcile(report));
    this.#add(METRIC.healed, MetricUnit.Count, healed.length);
    this.#add(METRIC.unexplained, MetricUnit.Count, unexplained.length);
    this.#add(METRIC.reconcileFailed, MetricUnit.Count, failed.length);
    this.#add(METRIC.reconcileTime, MetricUnit.Milliseconds, milliseconds);
  }

  reindexed(report: ReindexReport): void {
    this.#logger.info('reindexed', summarizeReindex(report));
  }

  failed(error: unknown): void {
    const description = describeError(error);
    this.#logger.error(description.message, { error: description });
  }

  #count(name: string): void {
    this.#add(name, MetricUnit.Count, 1);
  }

  /** With every value, since Powertools writes a line as soon as one metric has the 100 values it may have. */
  #add(name: string, unit: Unit, value: number, metrics = this.#metrics): void {
    if (this.#requestId !== undefined) metrics.addMetadata('requestId', this.#requestId);
    metrics.addMetric(name, unit, value);
  }
}

type Unit = (typeof MetricUnit)[keyof typeof MetricUnit];

/** Metrics with these dimensions alone: Powertools adds one of its own, `service`. */
function metricsOf(dimensions: Record<string, string>): Metrics {
  const metrics = new Metrics({ namespace: NAMESPACE });
  metrics.clearDefaultDimensions();
  return metrics.setDefaultDimensions(dimensions);
}
