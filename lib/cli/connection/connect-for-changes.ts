import { UsageError } from '../command.ts';
import { ApiClient } from './api-client.ts';
import { CONNECTION_DETAILS, CONNECTION_OPTIONS, type Connection, clientOf } from './connection.ts';
import { JobCredentials } from './job-credentials.ts';
import { jobTokensOf } from './job-tokens.ts';

/** The options of every command that changes packages. */
export const CHANGES_OPTIONS = { ...CONNECTION_OPTIONS, audience: { type: 'string' } } as const;

/** What those commands say of them. */
export const CHANGES_DETAILS = `${CONNECTION_DETAILS}.
            Without any, the job of a CI system that a policy trusts is given one: for the id token that
            GitHub Actions makes for jobs with id-token: write, or for that in $ALPENGLOW_ID_TOKEN
  --audience
            of such an id token; by default $ALPENGLOW_AUDIENCE, or the registry's address`;

interface Changes {
  /** Whose packages are changed. */
  owners: readonly string[];
  audience?: string | undefined;
}

/**
 * The API of a registry for who changes something: a job of a CI system needs no token that is kept, where a policy
 * trusts it.
 * @throws UsageError without a token; RefusalError for a job that nobody trusts; UnreachableError
 */
export async function connectForChanges(
  connection: Connection,
  { owners, audience }: Changes,
  environment: NodeJS.ProcessEnv,
): Promise<ApiClient> {
  const { origin, authorization } = connection;
  const tokens = authorization === undefined ? jobTokensOf(environment) : undefined;
  if (tokens === undefined) return clientOf(connection);
  const [owner = '', ...others] = new Set(owners);
  if (others.length > 0) {
    throw new UsageError(
      `A job changes the packages of one owner at a time, not of ${[owner, ...others].join(', ')}.`,
    );
  }
  const meant = audience ?? (environment.ALPENGLOW_AUDIENCE || origin);
  const job = new JobCredentials(tokens, { origin, owner, audience: meant });
  const renew = (ended?: string) => job.authorization(ended);
  return new ApiClient({ origin, authorization: await renew() }, renew);
}
