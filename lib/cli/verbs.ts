import type { Command } from './command.ts';

/** A line of the table of commands; what a command needs is loaded when it is called. */
export interface Verb {
  group: 'Packages' | 'Registry' | 'Access' | 'Shell';
  /** What it does, in some words. */
  summary: string;
  load(): Promise<Command>;
}

/** By their words, one or two; a group's follow each other. */
export const VERBS: ReadonlyMap<string, Verb> = new Map<string, Verb>(
  Object.entries({
    publish: {
      group: 'Packages',
      summary: 'put package files into a repository',
      load: async () => (await import('./commands/publish.ts')).publish,
    },
    list: {
      group: 'Packages',
      summary: 'list the packages of a repository',
      load: async () => (await import('./commands/list.ts')).list,
    },
    show: {
      group: 'Packages',
      summary: 'show all that an index says of a package',
      load: async () => (await import('./commands/show.ts')).show,
    },
    delete: {
      group: 'Packages',
      summary: 'take packages out of a repository',
      load: async () => (await import('./commands/delete.ts')).deletePackages,
    },
    import: {
      group: 'Packages',
      summary: 'publish every package of another repository',
      load: async () => (await import('./commands/import.ts')).importCommand,
    },
    verify: {
      group: 'Packages',
      summary: 'check a repository and all its packages as apk would',
      load: async () => (await import('./commands/verify.ts')).verify,
    },
    serve: {
      group: 'Registry',
      summary: 'start a registry on this machine',
      load: async () => (await import('./commands/serve.ts')).serve,
    },
    keys: {
      group: 'Registry',
      summary: 'show which keys sign, and verify the indexes',
      load: async () => (await import('./commands/keys.ts')).keys,
    },
    audit: {
      group: 'Registry',
      summary: 'show who did what',
      load: async () => (await import('./commands/audit.ts')).audit,
    },
    reconcile: {
      group: 'Registry',
      summary: 'compare all that a registry keeps, and finish what died',
      load: async () => (await import('./commands/reconcile.ts')).reconcile,
    },
    reindex: {
      group: 'Registry',
      summary: 'build the indexes of a repository anew',
      load: async () => (await import('./commands/reindex.ts')).reindex,
    },
    'token create': {
      group: 'Access',
      summary: 'make a token',
      load: async () => (await import('./commands/token/create.ts')).createToken,
    },
    'token list': {
      group: 'Access',
      summary: 'list the tokens that you administer',
      load: async () => (await import('./commands/token/list.ts')).listTokens,
    },
    'token revoke': {
      group: 'Access',
      summary: 'end tokens',
      load: async () => (await import('./commands/token/revoke.ts')).revokeTokens,
    },
    'trust add': {
      group: 'Access',
      summary: 'trust the jobs of a CI system',
      load: async () => (await import('./commands/trust/add.ts')).addTrust,
    },
    'trust list': {
      group: 'Access',
      summary: 'list whose CI jobs are trusted',
      load: async () => (await import('./commands/trust/list.ts')).listTrust,
    },
    'trust remove': {
      group: 'Access',
      summary: 'end the trust in CI jobs',
      load: async () => (await import('./commands/trust/remove.ts')).removeTrust,
    },
    completion: {
      group: 'Shell',
      summary: 'print what makes a shell complete these commands',
      load: async () => (await import('./commands/completion.ts')).completion,
    },
  } satisfies Record<string, Verb>),
);

/** The words that begin commands, `token create` and `token` alike. */
export const BEGINNINGS: ReadonlySet<string> = new Set(
  [...VERBS.keys()].flatMap((verb) => [verb, verb.split(' ')[0] ?? '']),
);
