import { createHash, randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { listen } from '#local/listen.ts';

export interface StagedPart {
  sha256: string;
  authorization: string | undefined;
  ifNoneMatch: string | undefined;
  checksum: string | undefined;
}

export interface Problem {
  status: number;
  code: string;
  detail: string;
}

interface Upload {
  sha256: string;
  size: number;
  parts: Buffer[];
}

/** Takes uploads as a registry and its storage do, and packages without looking at them. */
export interface Uploads {
  url: string;
  /** Each PUT that the storage has taken. */
  staged: StagedPart[];
  /** How often a place for an upload was asked for. */
  offers: number;
  /** Statuses that the storage answers first; a 412 after it has taken the bytes. */
  refusals: number[];
  /** Bytes that a direct PUT may have. */
  maxBytes: number;
  /** Why every upload is refused. */
  problem: Problem | undefined;
  forget(): void;
  close(): Promise<void>;
}

const describe = (sha256: string, size: number) => ({
  arch: 'x86_64',
  name: 'large',
  version: '1.0-r0',
  file: 'large-1.0-r0.apk',
  sha256,
  size,
  checksum: 'Q1',
  indexed: true,
});

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

export async function startUploads(): Promise<Uploads> {
  const byId = new Map<string, Upload>();
  const app = new Hono();
  const server = await listen(app.fetch);
  const initial = () => ({
    staged: [] as StagedPart[],
    offers: 0,
    refusals: [] as number[],
    maxBytes: Number.POSITIVE_INFINITY,
    problem: undefined as Problem | undefined,
  });
  const uploads: Uploads = {
    url: server.url,
    ...initial(),
    forget: () => Object.assign(uploads, initial()),
    close: () => server.close(),
  };

  app.put('/api/packages/acme/alpine/v3.22/main', async ({ req, json, body }) => {
    const file = Buffer.from(await req.arrayBuffer());
    if (file.length <= uploads.maxBytes) return json(describe(sha256Of(file), file.length), 201);
    return body(JSON.stringify({ status: 413, code: 'too-large', detail: 'Too large.' }), 413, {
      'content-type': 'application/problem+json',
    });
  });
  app.post('/api/packages/acme/alpine/v3.22/main/uploads', async ({ req, json }) => {
    const { size, sha256, part_size } = await req.json<{
      size: number;
      sha256: string;
      part_size?: number;
    }>();
    const id = randomUUID();
    byId.set(id, { size, sha256, parts: [] });
    uploads.offers += 1;
    const status_url = `https://apk.example.com/status/${id}`;
    if (part_size === undefined) {
      const headers = {
        'If-None-Match': '*',
        'x-amz-checksum-sha256': Buffer.from(sha256, 'hex').toString('base64'),
      };
      return json({ id, url: `${server.url}/storage/${id}/1`, headers, expires_at: '', status_url }, 201);
    }
    const parts = Array.from({ length: Math.ceil(size / part_size) }, (_, index) => ({
      number: index + 1,
      url: `${server.url}/storage/${id}/${index + 1}`,
      size: Math.min(part_size, size - index * part_size),
    }));
    return json({ id, url: null, parts, complete_url: `/complete/${id}`, expires_at: '', status_url }, 201);
  });
  app.put('/storage/:id/:number', async ({ req, body }) => {
    const upload = byId.get(req.param('id'));
    const refusal = uploads.refusals.shift();
    const error = `<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>`;
    const bytes = Buffer.from(await req.arrayBuffer());
    if (refusal !== undefined && refusal !== 412) {
      return new Response(error, {
        status: refusal,
        headers: { 'content-type': 'application/xml', 'retry-after': '0' },
      });
    }
    if (upload !== undefined) upload.parts[Number(req.param('number')) - 1] = bytes;
    uploads.staged.push({
      sha256: sha256Of(bytes),
      authorization: req.header('authorization'),
      ifNoneMatch: req.header('if-none-match'),
      checksum: req.header('x-amz-checksum-sha256'),
    });
    return body(null, refusal ?? 200);
  });
  app.post('/complete/:id', ({ req, json }) =>
    req.header('authorization') === undefined ? json({}, 401) : json({}, 202),
  );
  app.get('/status/:id', ({ req, json }) => {
    const { parts, size } = byId.get(req.param('id')) ?? { parts: [], size: 0 };
    if (uploads.problem !== undefined) return json({ state: 'refused', problem: uploads.problem });
    return json({
      state: 'published',
      package: describe(sha256Of(Buffer.concat(parts)), size),
      problem: null,
    });
  });
  return uploads;
}
