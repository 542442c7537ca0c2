import { readFileSync } from 'node:fs';
import { customDomain, readContext, readSettings, SettingsError } from '#constructs/settings.ts';

test('a registry needs no settings, and keeps what it holds', () => {
  expect(readSettings({})).toEqual({
    name: 'alpenglow',
    existingKeyArns: [],
    priceClass: '100',
    logRetentionDays: 90,
    removalPolicy: 'retain',
    throttleRate: 100,
    throttleBurst: 200,
    secretsGeneration: 1,
    visibility: 'private',
  });
});

test('what the command line says counts more than cdk.json, and is text', () => {
  const context: Record<string, unknown> = {
    registry: { name: 'tools', logRetentionDays: 30 },
    logRetentionDays: '7',
    existingKeyArns: 'arn:aws:kms:eu-west-1:123456789012:key/a,arn:aws:kms:eu-west-1:123456789012:key/b',
  };
  expect(readSettings(readContext((name) => context[name]))).toMatchObject({
    name: 'tools',
    logRetentionDays: 7,
    existingKeyArns: ['arn:aws:kms:eu-west-1:123456789012:key/a', 'arn:aws:kms:eu-west-1:123456789012:key/b'],
  });
});

test.each([
  ['name', { name: 'My Registry' }],
  ['name', { name: 'a'.repeat(33) }],
  ['domainNam', { domainNam: 'apk.example.com' }],
  ['domainName', { domainName: 'https://apk.example.com' }],
  ['domainName', { certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/1' }],
  ['certificateArn', { domainName: 'apk.example.com' }],
  [
    'certificateArn',
    { domainName: 'apk.example.com', certificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/1' },
  ],
  [
    'certificateArn',
    { domainName: 'apk.example.com', hostedZoneId: 'Z1', hostedZoneName: 'example.com', region: 'eu-west-1' },
  ],
  ['hostedZoneName', { domainName: 'apk.example.com', hostedZoneId: 'Z1' }],
  [
    'hostedZoneName',
    { domainName: 'apk.example.org', region: 'us-east-1', hostedZoneId: 'Z1', hostedZoneName: 'example.com' },
  ],
  ['existingKeyArns', { existingKeyArns: 'alias/key' }],
  ['existingTableName', { existingTableName: 'arn:aws:dynamodb:eu-west-1:123456789012:table/restored' }],
  ['priceClass', { priceClass: '300' }],
  ['logRetentionDays', { logRetentionDays: '10' }],
  ['removalPolicy', { removalPolicy: 'snapshot' }],
  ['throttleRate', { throttleRate: '0' }],
  ['region', { region: 'Frankfurt' }],
  ['visibility', { visibility: 'secret' }],
])('a wrong setting is named: %s in %j', (setting, context) => {
  expect(() => readSettings(context)).toThrow(SettingsError);
  expect(() => readSettings(context)).toThrow(setting);
});

test('without a domain there is nothing to say of one', () => {
  expect(customDomain(readSettings({}))).toBeUndefined();
});

test('the documentation has every setting', () => {
  const asked: string[] = [];
  readContext((name) => void asked.push(name));
  const table = readFileSync('docs/operations.md', 'utf8');
  const missing = asked.filter((name) => name !== 'registry' && !table.includes(`\`${name}\``));
  expect(missing).toEqual([]);
});
