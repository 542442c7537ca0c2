import { App } from 'aws-cdk-lib';
import { readContext, readSettings } from '#constructs/settings.ts';
import { RegistryStack } from '../lib/registry-stack.ts';

const app = new App();
const settings = readSettings(readContext((name) => app.node.tryGetContext(name)));
const { name, account, region } = settings;
new RegistryStack(app, name === 'alpenglow' ? name : `alpenglow-${name}`, {
  description: `Alpenglow, an Alpine Linux package registry: ${name}`,
  env: { account, region },
  settings,
});
