import type { Template } from 'aws-cdk-lib/assertions';

export interface ShownMetric {
  namespace: string;
  name: string;
  dimensions: Record<string, string>;
  region?: string;
}

export interface DashboardBody {
  text: string;
  metrics: ShownMetric[];
  /** Metric math, such as a SEARCH. */
  expressions: string[];
}

type Row = [...string[], { expression?: string; region?: string }];

/** What the template's dashboard shows; what is known at deploy only is named as in the template. */
export function dashboardOf(template: Template): DashboardBody {
  const [resource] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  const body = resource?.Properties.DashboardBody['Fn::Join'][1] as (string | object)[];
  const { widgets } = JSON.parse(
    body.map((part) => (typeof part === 'string' ? part : Object.values(part).flat().join('.'))).join(''),
  ) as { widgets: { type: string; properties: { markdown?: string; metrics?: Row[] } }[] };
  const rows = widgets.flatMap(({ properties }) => properties.metrics ?? []);
  return {
    text: widgets.map(({ properties }) => properties.markdown ?? '').join('\n'),
    metrics: rows.filter((row) => row.length > 1).map(shownMetric),
    expressions: rows.flatMap((row) => {
      const options = row.at(-1);
      return typeof options === 'object' && options.expression ? [options.expression] : [];
    }),
  };
}

/** Source: CloudWatch API Reference, "Dashboard Body Structure and Syntax", "Metrics Array Format". */
function shownMetric(row: Row): ShownMetric {
  const last = row.at(-1);
  const options = typeof last === 'object' ? last : {};
  const [namespace = '', name = '', ...pairs] = row.filter((part) => typeof part === 'string');
  const dimensions: Record<string, string> = {};
  for (let i = 0; i + 1 < pairs.length; i += 2) dimensions[pairs[i] ?? ''] = pairs[i + 1] ?? '';
  return { namespace, name, dimensions, ...(options.region !== undefined && { region: options.region }) };
}
