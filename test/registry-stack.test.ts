import { Validations } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readSettings } from '#constructs/settings.ts';
import { grantsOf, nameOf } from '#test/support/policy-statements.ts';
import { synthesizeRegistry, testApp } from '#test/support/synthesize-registry.ts';
import { RegistryStack } from '../lib/registry-stack.ts';

let template: Template;
beforeAll(() => {
  template = synthesizeRegistry();
});

test('each function may do what its adapters call, on the resources they call, and nothing else', () => {
  expect({
    api: grantsOf(template, /^ApiFunctionRole/),
    index: grantsOf(template, /^IndexesFunctionRole/),
    ingest: grantsOf(template, /^UploadsFunctionRole/),
    reconcile: grantsOf(template, /^DailyFunctionRole/),
  }).toMatchSnapshot();
});

test('no other role is made, and none has a policy of AWS', () => {
  const roles = Object.values(template.findResources('AWS::IAM::Role'));
  expect(roles).toHaveLength(4);
  for (const { Properties } of roles) expect(Properties.ManagedPolicyArns).toBeUndefined();
});

test('what cannot be made again stays when the stack goes', () => {
  for (const type of ['AWS::S3::Bucket', 'AWS::DynamoDB::GlobalTable', 'AWS::KMS::Key']) {
    for (const resource of Object.values(template.findResources(type))) {
      expect(resource).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    }
  }
});

test('for development, everything goes with the stack', () => {
  const resources = synthesizeRegistry({ removalPolicy: 'destroy' }).toJSON().Resources as Record<
    string,
    { DeletionPolicy?: string }
  >;
  expect(Object.values(resources).filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain')).toEqual([]);
});

test('no secret is in the template', () => {
  const generated = Object.values(template.findResources('AWS::SecretsManager::Secret'));
  expect(generated).toHaveLength(1);
  for (const { Properties } of generated) expect(Properties.SecretString).toBeUndefined();
});

test('the outputs are commands to paste', () => {
  const outputs = template.findOutputs('*');
  expect(Object.keys(outputs).sort()).toEqual([
    'KeyCommand',
    'PackagesBucketName',
    'PublishCommand',
    'ReconcileFunctionName',
    'SigningKeyArns',
    'TableName',
    'TokenCommand',
    'Url',
  ]);
});

test('the first token is made with the right to the table, and is kept nowhere in the deployment', () => {
  const { TokenCommand } = template.findOutputs('TokenCommand');
  const [, parts] = TokenCommand?.Value['Fn::Join'] ?? [];
  const command = parts
    .map((part: string | object) => (typeof part === 'string' ? part : nameOf(part)))
    .join('');
  expect(command).toBe(
    "npx alpenglow token create --table RecordsTable --readers DeliveryReaders.Arn --region AWS::Region --name first --allow read,publish,delete,admin --on '*' --never",
  );
  expect(JSON.stringify(template.toJSON())).not.toMatch(/BOOTSTRAP_TOKEN|BootstrapToken/);
});

test.each([
  ['as it comes', {}],
  ['with a restored table', { existingTableName: 'restored' }],
  [
    'with a domain of its own',
    {
      domainName: 'apk.example.com',
      region: 'us-east-1',
      hostedZoneId: 'Z0123456789',
      hostedZoneName: 'example.com',
      alarmTopicArn: 'arn:aws:sns:us-east-1:123456789012:alarms',
    },
  ],
  ['that signs with keys of your own', { existingKeyArns: 'arn:aws:kms:us-east-1:123456789012:key/own' }],
])(
  'the rules of CloudFormation and of AWS Solutions find nothing in a registry %s, nor does the CDK warn',
  (_case, settings) => {
    const app = testApp({ validation: true });
    const read = readSettings(settings);
    new RegistryStack(app, 'alpenglow', {
      settings: read,
      env: { account: '123456789012', region: 'us-east-1' },
    });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    const messages = app.synth().stacks.flatMap((stack) => stack.messages.map(({ entry }) => entry.data));
    expect(messages).toEqual([]);
  },
);
