import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackResourcesCommand,
  type StackResource,
} from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { openAll } from '#local/open-all.ts';
import { startMoto } from '#test/support/moto.ts';
import type { TemplateJson } from './template-for-moto.ts';

/** The account that moto plays. */
const ACCOUNT = '123456789012';

/** A stack that was created in a moto of its own. */
export interface MotoStack {
  clients: { dynamodb: DynamoDBClient; kms: KMSClient; lambda: LambdaClient; s3: S3Client; sqs: SQSClient };
  resources: StackResource[];
  /**
   * What a resource is called in the account.
   * @param name in the template, without the hash that the CDK ends it with
   */
  named(name: string): string;
  close(): Promise<void>;
}

export function createMotoStack(template: TemplateJson): Promise<MotoStack> {
  return openAll(async (keep) => {
    const { config } = keep(await startMoto());
    const clients = {
      cloudformation: new CloudFormationClient(config),
      dynamodb: new DynamoDBClient(config),
      kms: new KMSClient(config),
      lambda: new LambdaClient(config),
      s3: new S3Client({ ...config, forcePathStyle: true }),
      // The addresses of queues in a stack are of AWS.
      sqs: new SQSClient({ ...config, useQueueUrlAsEndpoint: false }),
    };
    for (const client of Object.values(clients)) keep({ close: () => client.destroy() });
    await uploadCode(clients.s3, template);
    const resources = await createStack(clients.cloudformation, template);
    const named = (name: string) => physicalName(name, resources);
    return { clients, resources, named };
  });
}

async function createStack(client: CloudFormationClient, template: TemplateJson): Promise<StackResource[]> {
  const StackName = 'alpenglow';
  const TemplateBody = JSON.stringify(template);
  await client.send(new CreateStackCommand({ StackName, TemplateBody, Capabilities: ['CAPABILITY_IAM'] }));
  const { StackResources } = await client.send(new DescribeStackResourcesCommand({ StackName }));
  return StackResources ?? [];
}

function physicalName(name: string, resources: readonly StackResource[]): string {
  const isNamed = ({ LogicalResourceId = '' }) => LogicalResourceId.replace(/[0-9A-F]{8}$/, '') === name;
  const found = resources.find(isNamed)?.PhysicalResourceId;
  if (found === undefined) throw new Error(`moto made no ${name}`);
  return found;
}

/** What `cdk deploy` uploads first. The code is not run here, so it is not bundled either. */
async function uploadCode(client: S3Client, { Resources }: TemplateJson): Promise<void> {
  const region = 'eu-central-1';
  const Bucket = `cdk-hnb659fds-assets-${ACCOUNT}-${region}`;
  const CreateBucketConfiguration = { LocationConstraint: region } as const;
  await client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  for (const { Properties } of Object.values(Resources)) {
    const { S3Key } = (Properties.Code ?? {}) as { S3Key?: string };
    if (S3Key !== undefined) await client.send(new PutObjectCommand({ Bucket, Key: S3Key, Body: 'code' }));
  }
}
