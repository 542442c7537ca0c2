/** One line of the embedded metric format. */
export interface MetricLine {
  _aws: {
    Timestamp: number;
    CloudWatchMetrics: {
      Namespace: string;
      Dimensions: string[][];
      Metrics: { Name: string; Unit: string }[];
    }[];
  };
  [member: string]: unknown;
}

/** One value sent to CloudWatch. */
export interface SentMetric {
  namespace: string;
  name: string;
  unit: string;
  dimensions: Record<string, unknown>;
  values: number[];
}

export interface Output {
  /** All that was written to standard output and standard error. */
  text: string;
  /** The lines that are for people. */
  log: Record<string, unknown>[];
  metricLines: MetricLine[];
  /** What CloudWatch makes of those. */
  metrics: SentMetric[];
}

/** Does `work`, and collects what it writes, as Lambda does; what it throws is of no interest. */
export async function outputOf(work: () => Promise<unknown>): Promise<Output> {
  const chunks: string[] = [];
  const keep = (chunk: unknown) => {
    chunks.push(String(chunk));
    return true;
  };
  const spies = [process.stdout, process.stderr].map((stream) =>
    jest.spyOn(stream, 'write').mockImplementation(keep),
  );
  try {
    await work().catch(() => {});
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  const text = chunks.join('');
  const lines = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const metricLines = lines.filter((line) => '_aws' in line) as MetricLine[];
  const log = lines.filter((line) => !('_aws' in line));
  return { text, log, metricLines, metrics: metricLines.flatMap(metricsIn) };
}

function metricsIn(line: MetricLine): SentMetric[] {
  return line._aws.CloudWatchMetrics.flatMap(({ Namespace: namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) =>
      Metrics.map(({ Name: name, Unit: unit }) => ({
        namespace,
        name,
        unit,
        dimensions: Object.fromEntries(names.map((dimension) => [dimension, line[dimension]])),
        values: [line[name]].flat() as number[],
      })),
    ),
  );
}

/** The values of each metric, by its name; `Rejected` with its code. */
export function valuesByName(metrics: readonly SentMetric[]): Record<string, number[]> {
  const values: Record<string, number[]> = {};
  for (const { name, dimensions, values: sent } of metrics) {
    const { code } = dimensions;
    const key = code === undefined ? name : `${name} ${code}`;
    values[key] = [...(values[key] ?? []), ...sent];
  }
  return values;
}
