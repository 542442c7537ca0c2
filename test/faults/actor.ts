import { createHash } from 'node:crypto';
import { packageKey } from '#registry/object-keys.ts';
import type { PackageFileName } from '#registry/ports.ts';
import type { Outcome } from './history.ts';
import type { RegistryProcess } from './registry-process.ts';
import type { RegistryUnderFaults } from './registry-under-faults.ts';

/** A package, and the file that it is published as. */
export interface Package {
  name: PackageFileName;
  file: Promise<Buffer>;
}

export interface Answer {
  status: number;
  body: string;
  /** Whether whoever asked is to ask again: as after no answer at all, or since they are told to. */
  isToRepeat: boolean;
}

/** A process, and whoever asks it for something. */
export interface Actor extends RegistryProcess {
  registry: RegistryUnderFaults;
  publish(what: Package): Promise<Answer>;
  remove(name: PackageFileName): Promise<Answer>;
  /** Any other request, with a body of JSON. */
  ask(action: string, method: string, path: string, body?: unknown): Promise<Answer>;
  /** Has the index function handle what was announced of packages; what fails is left to be brought again. */
  index(): Promise<void>;
  /** The same of uploads. */
  ingest(): Promise<void>;
}

export const TOKEN = 'the-token-of-whoever-starts-it';
export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const BASE = '/api/packages';

export function actorOf(process: RegistryProcess, registry: RegistryUnderFaults): Actor {
  async function send(method: string, path: string, body?: Uint8Array | string): Promise<Answer> {
    const headers = {
      Authorization: `Bearer ${TOKEN}`,
      'Content-Type': typeof body === 'string' ? 'application/json' : 'application/octet-stream',
    };
    const response = await process.api.request(path, { method, headers, ...(body && { body }) });
    const { status, headers: answered } = response;
    return { status, body: await response.text(), isToRepeat: status >= 500 || answered.has('retry-after') };
  }
  return {
    ...process,
    registry,
    async publish({ name, file: built }) {
      const file = await built;
      const about = { action: 'publish', key: packageKey(name), sha256: sha256Of(file) };
      const end = registry.history.begin(about);
      const answer = await send(
        'PUT',
        `${BASE}/${name.owner}/alpine/${name.branch}/${name.repository}`,
        file,
      );
      end(outcomeOf(answer));
      return answer;
    },
    async remove(name) {
      const { owner, branch, repository, arch } = name;
      const end = registry.history.begin({ action: 'delete', key: packageKey(name) });
      const file = `${arch}/${name.name}-${name.version}.apk`;
      const answer = await send('DELETE', `${BASE}/${owner}/alpine/${branch}/${repository}/${file}`);
      end(outcomeOf(answer));
      return answer;
    },
    async ask(action, method, path, body) {
      const end = registry.history.begin({ action });
      const answer = await send(method, path, body === undefined ? undefined : JSON.stringify(body));
      end(outcomeOf(answer));
      return answer;
    },
    index: () => registry.packages.deliver(process.indexPackages),
    ingest: () => registry.arrivals.deliver(process.ingestUpload),
  };
}

function outcomeOf({ status, body }: Answer): Outcome {
  if (status < 300) return 'done';
  if (status >= 500) return 'unanswered';
  const { code, identical } = JSON.parse(body) as { code: string; identical?: boolean };
  if (code === 'already-published') return identical ? 'there already' : 'refused';
  if (code === 'not-found') return 'not there';
  // The answer is to look at what is there: the claim may have been lost after its object had been stored.
  if (code === 'claim-lost' || code === 'being-deleted') return 'unanswered';
  return 'refused';
}
