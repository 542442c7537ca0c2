import { lambdaEnvironment } from './lambda-environment.ts';

const endpoints = {
  s3: 'http://s3',
  dynamodb: 'http://db',
  kms: 'http://kms',
  cloudfront: 'http://cloudfront',
  keyvaluestore: 'http://127.0.0.1:4567',
  region: 'here',
  accessKeyId: 'a',
  secretAccessKey: 'b',
};

test('text of the template stays, and a reference is what it is resolved to', () => {
  const variables = { REGISTRY_NAME: 'alpenglow', PACKAGES_BUCKET: { Ref: 'Packages' } };
  expect(lambdaEnvironment(variables, { PACKAGES_BUCKET: 'packages' }, endpoints)).toMatchObject({
    REGISTRY_NAME: 'alpenglow',
    PACKAGES_BUCKET: 'packages',
    AWS_ENDPOINT_URL_S3: 'http://s3',
  });
});

test.each([[{ Ref: 'Other' }], ['{{resolve:secretsmanager:x}}']])(
  'a reference that nobody resolves (%j) is named, and where to add it',
  (value) => {
    const make = () => lambdaEnvironment({ NEW_VARIABLE: value }, {}, endpoints);
    expect(make).toThrow(/NEW_VARIABLE.*start-bundled-registry\.ts/);
  },
);
