/** As much of a template as is touched here. */
export interface TemplateJson {
  Resources: Record<string, Resource>;
  Outputs?: Record<string, { Value: unknown }>;
  Parameters?: unknown;
  Rules?: unknown;
}

export interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
  DependsOn?: string | string[];
}

/** What moto 5.2's CloudFormation cannot make; it passes over it with a warning in its log. */
export const NOT_MADE_BY_MOTO = [
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::CloudFront::CachePolicy',
  'AWS::CloudFront::Distribution',
  'AWS::CloudFront::Function',
  'AWS::CloudFront::KeyValueStore',
  'AWS::CloudFront::OriginAccessControl',
  'AWS::CloudFront::ResponseHeadersPolicy',
  'AWS::CloudWatch::Dashboard',
  'AWS::S3::BucketPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::SecretsManager::Secret',
];

/** The template without what moto cannot make; who refers to that gets its name in the template instead. */
export function templateForMoto({ Resources, Outputs }: TemplateJson): TemplateJson {
  const made = Object.entries(Resources).filter(([, { Type }]) => !NOT_MADE_BY_MOTO.includes(Type));
  const isMade = (id: string) => !(id in Resources) || made.some(([madeId]) => madeId === id);
  const resources = made.map(([id, resource]) => {
    const DependsOn = [resource.DependsOn ?? []].flat().filter(isMade);
    return [id, { ...withoutReferences(toTable(resource), isMade), DependsOn }] as const;
  });
  return { Resources: Object.fromEntries(resources), ...withoutReferences({ Outputs }, isMade) };
}

/** moto knows no global table: ours has one replica, and is then an ordinary table. */
function toTable(resource: Resource): Resource {
  if (resource.Type !== 'AWS::DynamoDB::GlobalTable') return resource;
  const { Replicas, ...shared } = resource.Properties;
  const [replica, ...others] = Replicas as Record<string, unknown>[];
  if (others.length > 0) throw new Error('A table with several replicas is no ordinary table.');
  const { Region: _, ...own } = replica ?? {};
  return { ...resource, Type: 'AWS::DynamoDB::Table', Properties: { ...shared, ...own } };
}

function withoutReferences<T>(value: T, isMade: (id: string) => boolean): T {
  const replace = (_key: string, part: { Ref?: string; 'Fn::GetAtt'?: [string, string] } | null) => {
    const [id, attribute] = part?.['Fn::GetAtt'] ?? [part?.Ref];
    if (id === undefined || isMade(id)) return part;
    if (attribute === 'Arn') return `arn:aws:not-made-by-moto:::${id}`;
    return attribute === undefined ? id : `${id}.${attribute}`;
  };
  return JSON.parse(JSON.stringify(value, replace));
}
