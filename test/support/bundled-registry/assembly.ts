import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A Lambda as CloudFormation would make it. */
export interface DeployedFunction {
  /** What `require` finds it by. */
  file: string;
  /** The name that Lambda calls in it. */
  entry: string;
  /** As in the template: text, or an intrinsic function that CloudFormation resolves. */
  variables: Record<string, unknown>;
}

/** What `cdk deploy` would upload. */
export interface Assembly {
  /** Answers the HTTP API. */
  api: DeployedFunction;
  /** Takes the batches of the packages bucket's queue. */
  index: DeployedFunction;
  /** Takes what arrives in the incoming bucket. */
  ingest: DeployedFunction;
  /** Runs once a day. */
  daily: DeployedFunction;
  /** The viewer function's code. */
  viewerFunction: string;
}

interface Resource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: the properties of every kind of resource.
  Properties: any;
}

/**
 * Reads a synthesized stack, following its own wiring: the function that the HTTP API integrates is the api.
 * @param folder the cloud assembly
 * @throws Error when the template does not have exactly one of each, or expects another payload or batch answer
 */
export function readAssembly(folder: string, stack = 'alpenglow'): Assembly {
  const read = (kind: string) => JSON.parse(readFileSync(join(folder, `${stack}.${kind}.json`), 'utf8'));
  const resources = read('template').Resources as Record<string, Resource>;
  const { files } = read('assets');

  function only(type: string, property?: string) {
    const found = Object.values(resources).filter(
      ({ Type, Properties }) => Type === type && (property === undefined || property in Properties),
    );
    if (found.length !== 1) throw new Error(`The template has ${found.length} of ${type}.`);
    return found[0]?.Properties;
  }
  function functionAt(id: string): DeployedFunction {
    const { Code, Handler, Environment } = resources[id]?.Properties ?? {};
    const [module, entry] = Handler.split('.');
    const asset = files[Code.S3Key.replace(/\.zip$/, '')].source.path;
    return { file: join(folder, asset, `${module}.js`), entry, variables: Environment.Variables };
  }

  /** What takes the events of a bucket, by way of the queue that it announces them to. */
  function functionOfEvents(bucketId: RegExp): DeployedFunction {
    const bucket = Object.entries(resources).find(
      ([id, { Type }]) => Type === 'AWS::S3::Bucket' && bucketId.test(id),
    )?.[1].Properties;
    const queue = JSON.stringify(bucket.NotificationConfiguration.QueueConfigurations[0].Queue);
    const mappings = Object.values(resources).filter(
      ({ Type, Properties }) =>
        Type === 'AWS::Lambda::EventSourceMapping' && JSON.stringify(Properties.EventSourceArn) === queue,
    );
    expectSame(mappings.length, 1);
    const { FunctionName, FunctionResponseTypes } = mappings[0]?.Properties ?? {};
    expectSame(String(FunctionResponseTypes), 'ReportBatchItemFailures');
    return functionAt(FunctionName.Ref);
  }

  const integration = only('AWS::ApiGatewayV2::Integration');
  expectSame(integration.PayloadFormatVersion, '2.0');
  return {
    api: functionAt(integration.IntegrationUri['Fn::GetAtt'][0]),
    index: functionOfEvents(/^Packages/),
    ingest: functionOfEvents(/^Incoming/),
    daily: functionAt(only('AWS::Events::Rule', 'ScheduleExpression').Targets[0].Arn['Fn::GetAtt'][0]),
    viewerFunction: only('AWS::CloudFront::Function').FunctionCode,
  };
}

function expectSame(actual: unknown, expected: string | number): void {
  if (actual !== expected) throw new Error(`The template says ${actual}; these tests play ${expected}.`);
}
