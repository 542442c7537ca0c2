import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { PriceClass } from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';
import { Delivery } from './constructs/delivery.ts';
import { HttpApi } from './constructs/http-api.ts';
import { IncomingBucket } from './constructs/incoming-bucket.ts';
import { IndexPipeline } from './constructs/index-pipeline.ts';
import { LogBucket } from './constructs/log-bucket.ts';
import { Observability } from './constructs/observability.ts';
import { PackagesBucket } from './constructs/packages-bucket.ts';
import { Reconciliation } from './constructs/reconciliation.ts';
import { RegistrySecrets } from './constructs/registry-secrets.ts';
import { RegistryTable } from './constructs/registry-table.ts';
import { customDomain, type Settings } from './constructs/settings.ts';
import { SigningKeys } from './constructs/signing-keys.ts';
import { UploadPipeline } from './constructs/upload-pipeline.ts';

const PRICE_CLASSES = {
  '100': PriceClass.PRICE_CLASS_100,
  '200': PriceClass.PRICE_CLASS_200,
  All: PriceClass.PRICE_CLASS_ALL,
};

export interface RegistryStackProps extends StackProps {
  settings: Settings;
}

/** A registry: what docs/architecture.md draws. */
export class RegistryStack extends Stack {
  constructor(scope: Construct, id: string, { settings, ...props }: RegistryStackProps) {
    super(scope, id, { ...props, terminationProtection: settings.removalPolicy === 'retain' });
    const registryName = settings.name;
    const removalPolicy = settings.removalPolicy === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const logRetention = settings.logRetentionDays;
    const defaults = { removalPolicy, logRetention };

    const logs = new LogBucket(this, 'Logs', { removalPolicy, retentionDays: logRetention }).bucket;
    const secrets = new RegistrySecrets(this, 'Secrets', {
      registryName,
      generation: settings.secretsGeneration,
    });

    const packages = new PackagesBucket(this, 'Packages', { removalPolicy, logs });
    const incoming = new IncomingBucket(this, 'Incoming', { removalPolicy, logs });
    const table = new RegistryTable(this, 'Records', {
      removalPolicy,
      existingTableName: settings.existingTableName,
    });
    const keys = new SigningKeys(this, 'Signing', {
      registryName,
      removalPolicy,
      existingKeyArns: settings.existingKeyArns,
    });
    const environment = {
      PACKAGES_BUCKET: packages.bucket.bucketName,
      TABLE_NAME: table.tableName,
      SIGNING_KEYS: keys.keyArns.join(','),
      REGISTRY_NAME: registryName,
    };

    const api = new HttpApi(this, 'Api', {
      throttle: { rateLimit: settings.throttleRate, burstLimit: settings.throttleBurst },
      ...defaults,
    });
    const delivery = new Delivery(this, 'Delivery', {
      registryName,
      packages: packages.bucket,
      apiDomainName: api.domainName,
      originSecret: secrets.origin,
      logs,
      priceClass: PRICE_CLASSES[settings.priceClass],
      domain: customDomain(settings),
    });
    const index = {
      packages,
      table,
      keys,
      delivery,
      environment: { ...environment, DISTRIBUTION_ID: delivery.distribution.distributionId },
      ...defaults,
    };
    const readers = {
      READERS_ARN: delivery.store.keyValueStoreArn,
      DEFAULT_VISIBILITY: settings.visibility,
    };
    const pipeline = new IndexPipeline(this, 'Indexes', index);
    const reconciliation = new Reconciliation(this, 'Daily', {
      ...index,
      environment: { ...index.environment, ...readers },
    });
    const uploads = new UploadPipeline(this, 'Uploads', {
      incoming,
      packages,
      table,
      delivery,
      environment: {
        PACKAGES_BUCKET: environment.PACKAGES_BUCKET,
        TABLE_NAME: environment.TABLE_NAME,
        REGISTRY_NAME: registryName,
        INCOMING_BUCKET: incoming.bucket.bucketName,
        ...readers,
      },
      ...defaults,
    });
    const apiFunction = api.answerWith({
      packages,
      incoming,
      table,
      keys,
      delivery,
      environment: {
        ...environment,
        ...readers,
        ORIGIN_SECRET: secrets.origin.secretValue.unsafeUnwrap(),
        PUBLIC_URL: delivery.url,
        INCOMING_BUCKET: incoming.bucket.bucketName,
      },
      ...defaults,
    });

    new Observability(this, 'Observability', {
      registryName,
      pipeline,
      uploads,
      api,
      delivery,
      functions: {
        Api: apiFunction,
        Index: pipeline.lambda,
        Ingest: uploads.lambda,
        Reconcile: reconciliation.lambda,
      },
      alarmTopicArn: settings.alarmTopicArn,
    });

    new CfnOutput(this, 'Url', { value: delivery.url, description: 'Where the registry is' });
    new CfnOutput(this, 'TokenCommand', {
      value: `npx alpenglow token create --table ${environment.TABLE_NAME} --readers ${delivery.store.keyValueStoreArn} --region ${this.region} --name first --allow read,publish,delete,admin --on '*' --never`,
      description: 'Makes a token that has every right, and shows it once',
    });
    new CfnOutput(this, 'PublishCommand', {
      value: `curl -H "Authorization: Bearer $TOKEN" --upload-file FILE.apk '${delivery.url}/api/packages/OWNER/alpine/BRANCH/REPOSITORY?wait=20'`,
      description: 'Publishes a package',
    });
    new CfnOutput(this, 'KeyCommand', {
      value: `curl -JO --output-dir /etc/apk/keys ${delivery.url}/OWNER/key`,
      description: 'Makes a machine trust the indexes; the file keeps the name it is sent with',
    });
    new CfnOutput(this, 'PackagesBucketName', { value: packages.bucket.bucketName });
    new CfnOutput(this, 'TableName', { value: table.tableName });
    new CfnOutput(this, 'ReconcileFunctionName', { value: reconciliation.lambda.functionName });
    new CfnOutput(this, 'SigningKeyArns', { value: keys.keyArns.join(',') });
  }
}
