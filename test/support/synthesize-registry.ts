import { readFileSync } from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { readSettings } from '#constructs/settings.ts';
import { RegistryStack } from '../../lib/registry-stack.ts';

const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));

/**
 * An app as `cdk` runs it, but for the bundles and CloudFormation's rules, which take seconds. Bundles are in
 * `synthesizedStack()`; a test of the rules asks for them.
 */
export const testApp = ({ validation = false } = {}) =>
  new App({
    stackTraces: false,
    builtinCloudFormationValidation: validation,
    context: { ...context, 'aws:cdk:bundling-stacks': [] },
  });

/** A stack to put one unit into. */
export const emptyStack = () => new Stack(testApp(), 'test');

/** The template of a registry with these settings. */
export function synthesizeRegistry(settings: object = {}) {
  const read = readSettings(settings);
  const { account, region } = read;
  return Template.fromStack(
    new RegistryStack(testApp(), 'alpenglow', { settings: read, env: { account, region } }),
  );
}
