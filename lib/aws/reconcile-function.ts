import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { MAX_WAIT_MS, type MaintenanceEvent } from '#registry/maintenance.ts';

/** The function that may sign what the API may not. */
export class ReconcileFunction {
  readonly #client: LambdaClient;
  readonly #name: string;
  readonly #waitMs: number;

  /** @param waitMs how long an answer is waited for, in milliseconds */
  constructor(client: LambdaClient, name: string, waitMs = MAX_WAIT_MS) {
    this.#client = client;
    this.#name = name;
    this.#waitMs = waitMs;
  }

  /**
   * Runs it, and waits for its answer. It goes on when nobody waits any longer.
   * Source: AWS Lambda API Reference, "Invoke", RequestResponse.
   * @returns `running` when the answer has not come in time
   * @throws Error when it could not be run, or has failed
   */
  async run<Answer>(event: MaintenanceEvent): Promise<Answer | 'running'> {
    const command = new InvokeCommand({
      FunctionName: this.#name,
      InvocationType: 'RequestResponse',
      Payload: Buffer.from(JSON.stringify(event)),
    });
    const abortSignal = AbortSignal.timeout(this.#waitMs);
    const answer = await this.#client.send(command, { abortSignal }).catch((error) => {
      if (abortSignal.aborted) return undefined;
      throw error;
    });
    if (answer === undefined) return 'running';
    const { Payload, FunctionError } = answer;
    const payload = JSON.parse(Buffer.from(Payload ?? []).toString());
    if (FunctionError === undefined) return payload;
    throw new Error(`The Reconcile function has failed: ${payload.errorMessage}`);
  }
}
