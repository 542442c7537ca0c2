import { DescribeContinuousBackupsCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { GetPublicKeyCommand } from '@aws-sdk/client-kms';
import { GetFunctionConfigurationCommand, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { GetBucketNotificationConfigurationCommand, GetBucketVersioningCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { readEnvironment } from '#registry/environment.ts';
import { describeWithMoto, START_TIMEOUT } from '#test/support/moto.ts';
import { MOTO, testDespite } from '#test/support/moto-differs.ts';
import { synthesizeRegistry } from '#test/support/synthesize-registry.ts';
import { createMotoStack, type MotoStack } from './moto-stack.ts';
import { NOT_MADE_BY_MOTO, type TemplateJson, templateForMoto } from './template-for-moto.ts';

describeWithMoto('the stack, created in moto', () => {
  let deployed: TemplateJson;
  let template: TemplateJson;
  let stack: MotoStack;
  beforeAll(async () => {
    deployed = synthesizeRegistry().toJSON() as TemplateJson;
    template = templateForMoto(deployed);
    stack = await createMotoStack(template);
  }, START_TIMEOUT);
  afterAll(() => stack?.close());

  const attributesOf = async (queue: string) => {
    const command = new GetQueueAttributesCommand({ QueueUrl: stack.named(queue), AttributeNames: ['All'] });
    return (await stack.clients.sqs.send(command)).Attributes ?? {};
  };
  const configurationOf = (name: string) => {
    const command = new GetFunctionConfigurationCommand({ FunctionName: stack.named(name) });
    return stack.clients.lambda.send(command);
  };

  test('is made of everything that moto can make, and the rest is known by name', () => {
    const types = Object.values(deployed.Resources).map(({ Type }) => Type);
    expect(NOT_MADE_BY_MOTO.filter((type) => !types.includes(type))).toEqual([]);
    process.stdout.write(
      `moto makes ${stack.resources.length} of ${types.length} resources; none of ${NOT_MADE_BY_MOTO.join(', ')}\n`,
    );
    const asked = Object.entries(template.Resources);
    expect(stack.resources).toHaveLength(asked.length);
    // moto does not say the names of alarms.
    const others = asked.filter(([, { Type }]) => Type !== 'AWS::CloudWatch::Alarm').map(([id]) => id);
    expect(stack.resources.flatMap(({ LogicalResourceId }) => LogicalResourceId ?? [])).toEqual(others);
    for (const { ResourceStatus } of stack.resources) expect(ResourceStatus).toBe('CREATE_COMPLETE');
  });

  test('has the table that the records need, which nobody deletes by mistake', async () => {
    const command = new DescribeTableCommand({ TableName: stack.named('RecordsTable') });
    expect((await stack.clients.dynamodb.send(command)).Table).toMatchObject({
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      DeletionProtectionEnabled: true,
    });
  });

  test('keeps what could not be indexed ten times in the queue of dead letters', async () => {
    const { RedrivePolicy = '', VisibilityTimeout } = await attributesOf('IndexesQueue');
    const { QueueArn } = await attributesOf('IndexesDeadLetters');
    expect(JSON.parse(RedrivePolicy)).toEqual({ deadLetterTargetArn: QueueArn, maxReceiveCount: 10 });
    const { Timeout = Number.NaN } = await configurationOf('IndexesFunction');
    expect(Number(VisibilityTimeout)).toBeGreaterThanOrEqual(6 * Timeout);
  });

  test.each([
    ['Indexes', 'in few batches at once', { BatchSize: 100, ScalingConfig: { MaximumConcurrency: 5 } }],
    ['Uploads', 'one at a time', { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 20 } }],
  ])('hands the queue of %s to its function, %s', async (name, _how, expected) => {
    const { QueueArn } = await attributesOf(`${name}Queue`);
    const { FunctionArn } = await configurationOf(`${name}Function`);
    const { EventSourceMappings } = await stack.clients.lambda.send(new ListEventSourceMappingsCommand({}));
    const found = EventSourceMappings?.filter(({ EventSourceArn }) => EventSourceArn === QueueArn);
    expect(found).toMatchObject([
      { FunctionArn, FunctionResponseTypes: ['ReportBatchItemFailures'], ...expected },
    ]);
  });

  test.each(['ApiFunction', 'IndexesFunction', 'DailyFunction'])(
    '%s starts with the bucket, the table and the key that were made',
    async (name) => {
      const { Environment, Role } = await configurationOf(name);
      const { PACKAGES_BUCKET, TABLE_NAME, SIGNING_KEYS } = readEnvironment(Environment?.Variables);
      expect({ PACKAGES_BUCKET, TABLE_NAME }).toEqual({
        PACKAGES_BUCKET: stack.named('PackagesBucket'),
        TABLE_NAME: stack.named('RecordsTable'),
      });
      expect(SIGNING_KEYS).toEqual([
        expect.stringMatching(`^arn:aws:kms:.*:key/${stack.named('SigningKey')}$`),
      ]);
      expect(Role).toMatch(new RegExp(`:role/${stack.named(`${name}Role`)}$`));
    },
  );

  /** Source: CloudFormation User Guide, "Get a secret or secret value from Secrets Manager". */
  test('gives the api function the secret of CloudFront by reference', async () => {
    const { Environment } = await configurationOf('ApiFunction');
    expect(Environment?.Variables?.ORIGIN_SECRET).toMatch(
      /^\{\{resolve:secretsmanager:[\w:/-]+:SecretString:[^:}]*:[^:}]*:[^:}]*\}\}$/,
    );
  });

  const testDespiteMoto = testDespite('moto', MOTO.leavesOutProperties);

  testDespiteMoto('has a key that signs', async () => {
    const key = await stack.clients.kms.send(new GetPublicKeyCommand({ KeyId: stack.named('SigningKey') }));
    expect(key).toMatchObject({ KeySpec: 'RSA_4096', KeyUsage: 'SIGN_VERIFY' });
  });

  testDespiteMoto('has a table that can be restored to any second', async () => {
    const command = new DescribeContinuousBackupsCommand({ TableName: stack.named('RecordsTable') });
    const { ContinuousBackupsDescription } = await stack.clients.dynamodb.send(command);
    expect(ContinuousBackupsDescription).toMatchObject({
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'ENABLED' },
    });
  });

  testDespiteMoto('has a bucket that keeps what is deleted', async () => {
    const command = new GetBucketVersioningCommand({ Bucket: stack.named('PackagesBucket') });
    expect(await stack.clients.s3.send(command)).toMatchObject({ Status: 'Enabled' });
  });

  testDespiteMoto('has a bucket that announces its packages to the queue', async () => {
    const command = new GetBucketNotificationConfigurationCommand({ Bucket: stack.named('PackagesBucket') });
    const { QueueArn } = await attributesOf('IndexesQueue');
    expect((await stack.clients.s3.send(command)).QueueConfigurations).toMatchObject([
      { QueueArn },
      { QueueArn },
    ]);
  });
});
