import { RemovalPolicy } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { SigningKeys } from '#constructs/signing-keys.ts';
import { grantsOf } from '#test/support/policy-statements.ts';
import { emptyStack, synthesizeRegistry } from '#test/support/synthesize-registry.ts';

const OLD = 'arn:aws:kms:eu-west-1:123456789012:key/old';
const NEW = 'arn:aws:kms:eu-west-1:123456789012:key/new';

test('the key is one that apk can verify and that outlives the stack', () => {
  const stack = emptyStack();
  new SigningKeys(stack, 'Signing', {
    registryName: 'tools',
    existingKeyArns: [],
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const template = Template.fromStack(stack);
  template.hasResource('AWS::KMS::Key', {
    DeletionPolicy: 'Retain',
    Properties: { KeySpec: 'RSA_4096', KeyUsage: 'SIGN_VERIFY' },
  });
  template.hasResourceProperties('AWS::KMS::Alias', { AliasName: 'alias/alpenglow/tools/signing' });
});

test('with keys of your own none is made, and all of them sign', () => {
  const template = synthesizeRegistry({ existingKeyArns: `${NEW},${OLD}` });
  template.resourceCountIs('AWS::KMS::Key', 0);
  const functions = Object.values(template.findResources('AWS::Lambda::Function'));
  const given = functions.map(({ Properties }) => Properties.Environment.Variables.SIGNING_KEYS);
  // What publishes uploads has nothing to do with keys.
  expect(given.filter(Boolean)).toEqual(Array(3).fill(`${NEW},${OLD}`));
  const granted = grantsOf(template, /^IndexesFunctionRole/).filter((grant) => grant.startsWith('kms:Sign'));
  expect(granted).toHaveLength(2);
  expect(granted.join()).toContain('"kms:MessageType":"DIGEST"');
});
