import { Hono } from 'hono';
import type { ApiDependencies } from './api-dependencies.ts';
import { auditChanges } from './audit-changes.ts';
import { cameThroughCdn } from './came-through-cdn.ts';
import { refuseOtherSites } from './other-sites.ts';
import { checkPath, rawPath, refusePath } from './paths.ts';
import { isOurs, problemOf } from './problem.ts';
import { addAudit } from './routes/audit.ts';
import { addBuildkite } from './routes/buildkite.ts';
import { addFiles } from './routes/files.ts';
import { addHealth } from './routes/health.ts';
import { addKeyAliases, addKeys } from './routes/keys.ts';
import { addMaintenance } from './routes/maintenance.ts';
import { addOwners } from './routes/owners.ts';
import { addPackages } from './routes/packages.ts';
import { addPublishers } from './routes/publishers.ts';
import { addSetup } from './routes/setup.ts';
import { addTokenExchange } from './routes/token-exchange.ts';
import { addTokens } from './routes/tokens.ts';
import { addTrustPolicies } from './routes/trust.ts';
import { addUploads } from './routes/uploads.ts';

/** The HTTP API (DESIGN "HTTP"): requests in, answers out; it knows neither Lambda nor a port to listen on. */
export function createApi(dependencies: ApiDependencies): Hono {
  const app = new Hono({ getPath: rawPath });

  app.use(async (context, next) => {
    await next();
    context.res.headers.set('Cache-Control', 'no-store');
    context.res.headers.set('X-Content-Type-Options', 'nosniff');
  });
  app.use(async (context, next) => {
    checkPath(context.req.raw);
    await next();
  });

  app.use(refuseOtherSites(dependencies.publicUrl));
  app.use(auditChanges(dependencies));

  addHealth(app);
  addKeys(app, dependencies);
  addUploads(app, dependencies);
  addMaintenance(app, dependencies);
  addPackages(app, dependencies);
  addPublishers(app, dependencies);
  addBuildkite(app, dependencies);
  addTokens(app, dependencies);
  addAudit(app, dependencies);
  addTrustPolicies(app, dependencies);
  addTokenExchange(app, dependencies);
  addOwners(app, dependencies);

  // Owners are never called so, and nothing else answers there.
  for (const path of ['/api/*', '/v2/*']) app.all(path, refusePath);

  // What follows stands in for the bucket, so only CloudFront may ask it.
  app.use(async (context, next) => {
    if (!cameThroughCdn(context.req.raw, dependencies.originSecret)) refusePath(context);
    await next();
  });
  addKeyAliases(app, dependencies);
  addSetup(app, dependencies);
  addFiles(app, dependencies);

  app.notFound(refusePath);
  app.onError((error, context) => {
    const { problem, headers } = problemOf(error);
    if (isOurs(problem)) dependencies.observer.failed(error);
    else dependencies.observer.rejected(problem.code);
    // Commands are for people, each on a line of its own.
    const indent = problem.commands && 1;
    return context.body(`${JSON.stringify(problem, undefined, indent)}\n`, problem.status, headers);
  });
  return app;
}
