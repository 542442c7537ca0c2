import { App } from 'aws-cdk-lib';
import { readContext, readSettings, SettingsError } from '#constructs/settings.ts';
import { RegistryStack } from '../lib/registry-stack.ts';

const app = new App();
try {
  const settings = readSettings(readContext((name) => app.node.tryGetContext(name)));
  const { name, account, region } = settings;
  new RegistryStack(app, name === 'alpenglow' ? name : `alpenglow-${name}`, {
    description: `Alpenglow, an Alpine Linux package registry: ${name}`,
    env: { account, region },
    settings,
  });
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
