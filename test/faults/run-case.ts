import { reconcile } from '#registry/reconcile.ts';
import type { Fault } from '#test/support/faulty-clients.ts';
import type { Actor, Answer } from './actor.ts';
import { findFlaws } from './find-flaws.ts';
import { findLies } from './find-lies.ts';
import type { Operation, Rival } from './operation.ts';
import type { RegistryUnderFaults, Snapshot } from './registry-under-faults.ts';
import { settle } from './settle.ts';

/** An operation, and a registry at which it can be tried again and again. */
export interface Trial {
  operation: Operation;
  registry: RegistryUnderFaults;
  /** What it begins with. */
  before: Snapshot;
  /** What it calls where nothing goes wrong, and how it is answered. */
  calls: readonly string[];
  status: number | undefined;
}

export interface CaseOutcome {
  /** What was still wrong at the end. */
  wrong: string[];
  /** Whether it took a comparison of all that is kept. */
  neededReconcile: boolean;
}

/** The SDK tries again by itself, so that nobody is to notice. */
const UNNOTICED: ReadonlySet<Fault['kind']> = new Set(['attempt fails', 'answer lost', 'duplicate']);

export async function prepareTrial(
  operation: Operation,
  registry: RegistryUnderFaults,
  empty: Snapshot,
): Promise<Trial> {
  await registry.restore(empty);
  await operation.prepare?.(registry.sound());
  const before = await registry.snapshot();
  let status: number | undefined;
  const calls = await registry.faulty(async (actor) => {
    status = (await operation.run(actor))?.status;
  });
  return { operation, registry, before, calls, status };
}

/**
 * Has one call go wrong, brings back the events, sends again what was not answered, and compares all that is kept.
 * Then everything must agree, and be as those were told who were answered.
 */
export async function runCase(trial: Trial, fault: Fault, rival?: Rival): Promise<CaseOutcome> {
  const { operation, registry, before } = trial;
  await registry.restore(before);
  const meanwhile = rival && (() => rival.act(registry.sound()));
  let answer: Answer | undefined;
  await registry.faulty(
    async (actor) => {
      answer = await operation.run(actor);
    },
    { ...fault, ...(meanwhile && { meanwhile }) },
  );
  const wrong: string[] = [];
  if (UNNOTICED.has(fault.kind) && answer?.status !== trial.status) {
    wrong.push(`it was answered ${answer?.status}, not ${trial.status}: ${answer?.body}`);
  }
  const sound = registry.sound();
  await settle(sound);
  if (answer && answer.status >= 500) answer = await operation.run(sound);
  await settle(sound);
  await deliverAgain(sound);
  const agreed = await compare(sound);
  const neededReconcile = agreed.length > 0;
  if (neededReconcile) wrong.push(...(await compare(registry.sound())));
  const world = await registry.readWorld();
  wrong.push(...(await findFlaws(world, sound.ports.signers)));
  wrong.push(...findLies(registry.history.deeds, world, registry.forgotten));
  if (rival === undefined) wrong.push(...(operation.check?.(world, answer) ?? []));
  return { wrong, neededReconcile };
}

/** SQS delivers some messages twice. */
async function deliverAgain({ registry, ingestUpload, indexPackages }: Actor): Promise<void> {
  await registry.arrivals.deliverAgain(ingestUpload);
  await registry.packages.deliverAgain(indexPackages);
}

/** @returns what the comparison of the next day found */
async function compare(actor: Actor): Promise<string[]> {
  actor.registry.waitAnHour();
  const { healed, unexplained, failed } = await reconcile(actor.ports);
  await settle(actor);
  return [...healed, ...unexplained, ...failed].map(({ key, ...found }) => `${describe(found)} ${key}`);
}

const describe = (found: { kind: string } | { error: unknown }): string =>
  'kind' in found ? found.kind : String(found.error);
