/** What anybody reads. */
export const PUBLIC = 'open/v3.22/main';
/** What is read with a token. */
export const PRIVATE = 'closed/v3.22/main';
/** Where Buildkite's addresses lead to. */
export const BUILDKITE = 'open/alpine_any/tools';

export const REPOSITORIES = [PUBLIC, PRIVATE, BUILDKITE];

/** Those that have an index; packages are `noarch`, too. */
export const ARCHITECTURES = ['x86_64', 'aarch64'];
