import { CloudFrontServiceException } from '@aws-sdk/client-cloudfront';
import { CloudFrontKeyValueStoreServiceException } from '@aws-sdk/client-cloudfront-keyvaluestore';
import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { KMSServiceException } from '@aws-sdk/client-kms';
import { S3ServiceException } from '@aws-sdk/client-s3';
import type { StandInClients } from '#aws/stand-in-clients.ts';
import { Died } from './interrupted.ts';

/**
 * What happens to a call. `kill`: the process dies at it, and so do all later calls. `error`: the service answers 500
 * to the end of the SDK's patience. `attempt fails` and `answer lost`: on the wire, at the first attempt, before its
 * effect or after it, and the SDK tries again. `duplicate`: it is made twice. `delay`: it waits for somebody else.
 */
export type FaultKind =
  | `${'kill' | 'error' | 'delay'} ${'before' | 'after'}`
  | 'attempt fails'
  | 'answer lost'
  | 'duplicate';

export interface Fault {
  kind: FaultKind;
  /** At which call, from 1. */
  at: number;
  /** What a delay waits for. */
  meanwhile?(): Promise<void>;
}

export interface FaultyCalls {
  /** Every call so far, `S3Client CopyObject`. */
  calls: string[];
  /** Waits until none is under way: somebody who died does not take back what was sent. */
  settle(): Promise<void>;
}

interface Context {
  clientName: string;
  commandName: string;
}

type Send = () => Promise<unknown>;
type Wrap = (
  next: (args: unknown) => Promise<unknown>,
  context: Context,
) => (args: unknown) => Promise<unknown>;

/** Has something go wrong at one of the calls that clients make between them; without a fault, they are only counted. */
export function injectFault(
  { presigner: _signsAlone, ...clients }: Partial<StandInClients>,
  fault?: Fault,
): FaultyCalls {
  const calls: string[] = [];
  const underWay = new Set<Promise<unknown>>();
  const failing = new WeakSet<Context>();
  let isDead = false;

  async function call(send: Send, context: Context): Promise<unknown> {
    const name = `${context.clientName} ${context.commandName.replace(/Command$/, '')}`;
    const number = calls.push(name);
    if (isDead) throw new Died(`before ${name}`);
    if (number !== fault?.at) return send();
    switch (fault.kind) {
      case 'kill before':
        isDead = true;
        throw new Died(`before ${name}`);
      case 'kill after':
        await send().finally(() => {
          isDead = true;
        });
        throw new Died(`after ${name}`);
      case 'error before':
        throw failureOf(context);
      case 'error after':
        await Promise.allSettled([send()]);
        throw failureOf(context);
      case 'attempt fails':
      case 'answer lost':
        failing.add(context);
        return send();
      case 'duplicate':
        await Promise.allSettled([send()]);
        return send();
      case 'delay before':
        await fault.meanwhile?.();
        return send();
      case 'delay after':
        return send().finally(() => fault.meanwhile?.());
    }
  }

  /** Inside of the SDK's retries. */
  async function attempt(send: Send, context: Context): Promise<unknown> {
    if (!failing.delete(context)) return send();
    if (fault?.kind === 'answer lost') await Promise.allSettled([send()]);
    throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
  }

  const onCall: Wrap = (next, context) => (args) => {
    const made = call(() => next(args), context);
    underWay.add(made);
    return made.finally(() => underWay.delete(made));
  };
  const onAttempt: Wrap = (next, context) => (args) => attempt(() => next(args), context);
  for (const client of Object.values(clients)) {
    const middleware = client.middlewareStack as {
      add(wrap: Wrap, options: { step: string; priority?: 'low'; name: string }): void;
    };
    middleware.add(onCall, { step: 'initialize', name: 'faultyCall' });
    middleware.add(onAttempt, { step: 'finalizeRequest', priority: 'low', name: 'faultyAttempt' });
  }
  return { calls, settle: async () => void (await Promise.allSettled(underWay)) };
}

const EXCEPTIONS: Record<string, typeof S3ServiceException> = {
  S3Client: S3ServiceException,
  DynamoDBClient: DynamoDBServiceException,
  KMSClient: KMSServiceException,
  CloudFrontClient: CloudFrontServiceException,
  CloudFrontKeyValueStoreClient: CloudFrontKeyValueStoreServiceException,
};

/** What each service throws for a fault of its own. */
function failureOf({ clientName }: Context): Error {
  const Exception = EXCEPTIONS[clientName] ?? S3ServiceException;
  return new Exception({
    name: 'InternalError',
    message: 'We encountered an internal error. Please try again.',
    $fault: 'server',
    $metadata: { httpStatusCode: 500 },
  });
}
