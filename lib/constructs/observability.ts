import { Construct } from 'constructs';
import type { Delivery } from './delivery.ts';
import type { HttpApi } from './http-api.ts';
import type { IndexPipeline } from './index-pipeline.ts';
import { RegistryAlarms, type RegistryFunctions } from './registry-alarms.ts';
import { RegistryDashboard } from './registry-dashboard.ts';
import { RegistryMetrics } from './registry-metrics.ts';
import type { UploadPipeline } from './upload-pipeline.ts';

export interface ObservabilityProps {
  registryName: string;
  pipeline: IndexPipeline;
  uploads: UploadPipeline;
  api: HttpApi;
  delivery: Delivery;
  functions: RegistryFunctions;
  /** Who is told of an alarm, and of its end; nobody, if it is left out. */
  alarmTopicArn?: string | undefined;
}

/** Alarms that each lead to a section of the runbook, and a dashboard of all that is measured. */
export class Observability extends Construct {
  constructor(scope: Construct, id: string, { alarmTopicArn, ...props }: ObservabilityProps) {
    super(scope, id);
    const metrics = new RegistryMetrics(props.registryName);
    const { alarms } = new RegistryAlarms(this, 'Alarms', { ...props, metrics, topicArn: alarmTopicArn });
    new RegistryDashboard(this, 'Dashboards', { ...props, metrics, alarms });
  }
}
