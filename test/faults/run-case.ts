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

export interface Case {
  fault: Fault;
  /** Who does something while a call hangs. */
  rival?: Rival;
  /** Whether the comparison is to find nothing, though nothing seems to be wrong. */
  isCompared?: boolean;
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
 * Has one call go wrong, brings back the events, sends again what was not answered, and compares all that is kept if
 * something does not agree. Then everything must, and be as those were told who were answered.
 */
export async function runCase(
  trial: Trial,
  { fault, rival, isCompared = false }: Case,
): Promise<CaseOutcome> {
  const { operation, registry } = trial;
  await registry.restore(trial.before);
  const { answer: first, wrong } = await runFaulty(trial, fault, rival);
  const sound = registry.sound();
  await settle(sound);
  const answer = first?.isToRepeat ? await operation.run(sound) : first;
  await settle(sound);
  await deliverAgain(sound);
  const world = await registry.readWorld();
  const neededReconcile = (await findFlaws(world, sound.ports)).length > 0;
  if (neededReconcile) await compare(sound);
  if (neededReconcile || isCompared) wrong.push(...(await compare(registry.sound())));
  const end = neededReconcile ? await registry.readWorld() : world;
  wrong.push(
    ...(await findFlaws(end, sound.ports)),
    ...findLies(registry.history.deeds, end, registry.forgotten),
  );
  if (rival === undefined) wrong.push(...(operation.check?.(end, answer) ?? []));
  return { wrong, neededReconcile };
}

async function runFaulty(
  { operation, registry, status }: Trial,
  fault: Fault,
  rival: Rival | undefined,
): Promise<{ answer: Answer | undefined; wrong: string[] }> {
  const meanwhile = rival && (() => rival.act(registry.sound()));
  let answer: Answer | undefined;
  const run = async (actor: Actor) => {
    answer = await operation.run(actor);
  };
  await registry.faulty(run, { ...fault, ...(meanwhile && { meanwhile }) });
  const isNoticed = UNNOTICED.has(fault.kind) && answer?.status !== status;
  return { answer, wrong: isNoticed ? [`it was answered ${answer?.status}: ${answer?.body}`] : [] };
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
