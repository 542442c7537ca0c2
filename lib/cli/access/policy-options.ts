import { readFile } from 'node:fs/promises';
import { UsageError } from '../command.ts';
import { RIGHTS_OPTIONS, readRights } from './rights-options.ts';

const text = { type: 'string' } as const;

/**
 * Each is a member of what `POST /api/trust` takes, with `-` for `_`. Which of them a preset has, and needs, the
 * registry says.
 */
const MEMBER_OPTIONS = {
  preset: text,
  name: text,
  audience: text,
  'max-life-seconds': text,
  repository: text,
  'repository-id': text,
  'repository-owner-id': text,
  ref: text,
  environment: text,
  issuer: text,
  'project-id': text,
  'namespace-id': text,
  'ref-type': text,
  'ref-protected': text,
  'organization-id': text,
  'pipeline-id': text,
  'build-branch': text,
  'vcs-origin': text,
  'vcs-ref': text,
} as const;

/** Those members that are not text. */
const READERS: Partial<Record<string, (value: string) => unknown>> = {
  'max-life-seconds': (value) => {
    if (/^[0-9]{1,6}$/.test(value)) return Number(value);
    throw new UsageError(`--max-life-seconds is ${JSON.stringify(value)}, not a number of seconds.`);
  },
  'ref-protected': (value) => {
    if (value === 'true' || value === 'false') return value === 'true';
    throw new UsageError(`--ref-protected is ${JSON.stringify(value)}, neither true nor false.`);
  },
};

/** `--owner-id` is short for `--repository-owner-id`. */
export const POLICY_OPTIONS = { ...MEMBER_OPTIONS, ...RIGHTS_OPTIONS, 'owner-id': text, file: text } as const;

type PolicyFlags = Partial<Record<keyof typeof MEMBER_OPTIONS | 'owner-id' | 'file', string>> &
  Partial<Record<keyof typeof RIGHTS_OPTIONS, string[]>>;

/** The policy that somebody asks for, as `POST /api/trust` takes it. @throws UsageError */
export async function readPolicy(flags: PolicyFlags): Promise<unknown> {
  const { file, ...others } = flags;
  if (file === undefined) return policyOf(others);
  const [other] = Object.keys(others);
  if (other === undefined) return readPolicyFile(file);
  throw new UsageError(`--file has the whole policy in it: leave out --${other}.`);
}

function policyOf({ allow, on, right, 'owner-id': ownerId, ...given }: PolicyFlags): unknown {
  if (given.preset === undefined) throw new UsageError('No policy: say --preset, or --file.');
  const members = { ...(ownerId !== undefined && { 'repository-owner-id': ownerId }), ...given };
  const read = Object.entries(members).map(([name, value]) => [
    name.replaceAll('-', '_'),
    READERS[name]?.(value) ?? value,
  ]);
  return { ...Object.fromEntries(read), rights: readRights({ allow, on, right }) };
}

async function readPolicyFile(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof SyntaxError ? 'it is not JSON' : (cause as Error).message;
    throw new UsageError(`${file} could not be read: ${reason}.`, { cause });
  }
}
