import { packageKey } from '#registry/object-keys.ts';
import type { UploadOutcome } from '#registry/uploads.ts';
import { sha256Of } from './actor.ts';
import { type Deed, isExplained } from './history.ts';
import type { World } from './world.ts';

/** What those were told who asked for something, and is not so. */
export const findLies = (deeds: readonly Deed[], world: World, forgotten: readonly string[]): string[] => {
  const all = [...deeds, ...deedsOfUploads(world)];
  return [...liesAboutFiles(all, world), ...liesAboutCopies(all, forgotten), ...liesOfAudit(all, world)];
};

/** An upload is a publish that was answered when its outcome was noted. */
function deedsOfUploads({ items }: World): Deed[] {
  return items.flatMap((item) => {
    const outcome = item.outcome as UploadOutcome | undefined;
    if (outcome?.state !== 'published') return [];
    const { sha256 } = outcome.file;
    const [began, ended] = [-1, Number.MAX_SAFE_INTEGER];
    return [{ action: 'publish', key: packageKey(outcome.file), sha256, began, ended, outcome: 'done' }];
  });
}

/** Every 201 is kept, every 204 is gone. */
function liesAboutFiles(deeds: readonly Deed[], { objects }: World): string[] {
  const keys = new Set(deeds.flatMap(({ key }) => key ?? []));
  return [...keys].flatMap((key) => {
    const object = objects.get(key);
    const content = object && sha256Of(object);
    const told = deeds.filter((deed) => deed.key === key);
    if (isExplained(told, content)) return [];
    const answers = told.map(
      ({ action, sha256, outcome }) => `${action} ${sha256?.slice(0, 8) ?? ''} ${outcome}`,
    );
    return [`${key} holds ${content?.slice(0, 8) ?? 'nothing'} after ${answers.join(', ')}`];
  });
}

/** CloudFront keeps no copy of what was deleted. */
function liesAboutCopies(deeds: readonly Deed[], forgotten: readonly string[]): string[] {
  return deeds.flatMap(({ action, key, outcome }) =>
    action === 'delete' && outcome === 'done' && !forgotten.includes(`/${key}`)
      ? [`CloudFront was not told to forget ${key}`]
      : [],
  );
}

/** One line for each change that was answered; one more is there only where somebody was not answered. */
function liesOfAudit(deeds: readonly Deed[], { items }: World): string[] {
  return [...new Set(deeds.map(({ action }) => action))].flatMap((action) => {
    const lines = items.filter((item) => item.pk === 'AUDIT' && item.action === action && !item.refused);
    const count = (outcome: Deed['outcome']) =>
      deeds.filter((deed) => deed.action === action && deed.outcome === outcome).length;
    const [least, most] = [count('done'), count('done') + count('unanswered')];
    const ownersLines = new Set(items.filter(({ pk }) => pk.startsWith('AUDIT#')).map(({ sk }) => sk));
    return [
      ...(lines.length < least || lines.length > most
        ? [`the audit trail has ${lines.length} lines about ${action}, not ${least} to ${most}`]
        : []),
      ...lines.flatMap(({ sk, owner }) =>
        owner === undefined || ownersLines.has(sk) ? [] : [`${action} is not in its owner's audit trail`],
      ),
    ];
  });
}
