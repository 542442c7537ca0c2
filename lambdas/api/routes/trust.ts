import type { Hono } from 'hono';
import { addTrust, listTrust, removeTrust } from '#registry/administer-trust.ts';
import type { AuditAction } from '#registry/audit.ts';
import type { TrustPolicy } from '#registry/trust.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { authenticateRequest } from '../authorize-request.ts';
import { describePolicy } from '../describe-policy.ts';
import { publicUrlOf, refuseOtherMethods } from '../paths.ts';
import { policyBody } from '../policy-body.ts';
import { readJson } from '../read-json.ts';
import { noteChange, ownerOf } from '../request-notes.ts';
import { sendJson } from '../send-json.ts';

const POLICIES = '/api/trust';
const POLICY = '/api/trust/:id';

/** Making, listing and ending the policies that CI systems are trusted by. */
export function addTrustPolicies(app: Hono, { credentials, clock, publicUrl, trust }: ApiDependencies): void {
  const ports = { ...trust, clock };

  app.post(POLICIES, async (context) => {
    const maker = await authenticateRequest(context.req.raw, credentials);
    const asked = {
      audience: publicUrlOf(context, publicUrl),
      ...(await readJson(context.req.raw, policyBody)),
    };
    noteChange(context.req.raw, { action: 'add-trust', owner: ownerOf(asked.grants), on: asked.name });
    const policy = await addTrust(asked, maker, ports);
    notePolicy(context.req.raw, 'add-trust', policy);
    return sendJson(context, describePolicy(policy), 201);
  });
  app.get(POLICIES, async (context) => {
    const principal = await authenticateRequest(context.req.raw, credentials);
    const policies = await listTrust(principal, ports);
    return sendJson(context, { policies: policies.map(describePolicy) });
  });
  app.all(POLICIES, refuseOtherMethods('GET, HEAD, POST'));

  app.delete(POLICY, async (context) => {
    const principal = await authenticateRequest(context.req.raw, credentials);
    const policy = await removeTrust(context.req.param('id'), principal, ports);
    notePolicy(context.req.raw, 'remove-trust', policy);
    return context.body(null, 204);
  });
  app.all(POLICY, refuseOtherMethods('DELETE'));
}

const notePolicy = (request: Request, action: AuditAction, { id, name, grants }: TrustPolicy) =>
  noteChange(request, { action, owner: ownerOf(grants), on: `${name} (${id})` });
