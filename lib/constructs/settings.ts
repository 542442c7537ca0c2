import * as z from 'zod';

const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 3653,
];

/** From `-c name=value` everything is text; lists are then separated by commas. */
const count = z.coerce.number().int().positive();
const list = (item: z.ZodType<string>) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').filter((part) => part !== '') : value),
    z.array(item).default([]),
  );

const domain = z
  .string()
  .regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, 'not a domain name in lower case');
const arn = (service: string, region = '[a-z0-9-]+') =>
  z
    .string()
    .regex(
      new RegExp(`^arn:aws[a-z-]*:${service}:${region}:\\d{12}:.+$`),
      `not the ARN of ${service} that is needed`,
    );

const schema = z
  .strictObject({
    /** What the stack and the key file are named after; one account may hold several registries. */
    name: z
      .string()
      .regex(/^[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?$/, 'not lower-case letters, digits and hyphens, 32 at most')
      .default('alpenglow'),
    account: z
      .string()
      .regex(/^\d{12}$/, 'not 12 digits')
      .optional(),
    region: z
      .string()
      .regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'not a region')
      .optional(),
    domainName: domain.optional(),
    certificateArn: arn('acm', 'us-east-1').optional(),
    hostedZoneId: z
      .string()
      .regex(/^Z[A-Z0-9]+$/, 'not the id of a hosted zone')
      .optional(),
    hostedZoneName: domain.optional(),
    /** Keys to sign with, the first for new clients; without any, one is made. */
    existingKeyArns: list(arn('kms')),
    /** A restored table, used instead of the one that the stack makes, which is kept. */
    existingTableName: z
      .string()
      .regex(/^[A-Za-z0-9_.-]{3,255}$/, 'not the name of a table in the same account and region')
      .optional(),
    priceClass: z.enum(['100', '200', 'All']).default('100'),
    logRetentionDays: count
      .refine((days) => LOG_RETENTION_DAYS.includes(days), `not one of ${LOG_RETENTION_DAYS.join(', ')}`)
      .default(90),
    /** `destroy` is for development: removing the stack removes the packages. */
    removalPolicy: z.enum(['retain', 'destroy']).default('retain'),
    /** Requests a second to the API. */
    throttleRate: count.default(100),
    throttleBurst: count.default(200),
    /** Raised by one, it replaces the secret between CloudFront and the API. */
    secretsGeneration: count.default(1),
    /** Who reads the files of owners that nothing else was said of before their first package. */
    visibility: z.enum(['private', 'public']).default('private'),
    alarmTopicArn: arn('sns').optional(),
  })
  .superRefine((settings, context) => {
    const refuse = (setting: string, message: string) =>
      context.addIssue({ code: 'custom', path: [setting], message });
    const { domainName, certificateArn, hostedZoneId, hostedZoneName, region } = settings;
    if ((hostedZoneId === undefined) !== (hostedZoneName === undefined)) {
      refuse(
        hostedZoneId === undefined ? 'hostedZoneId' : 'hostedZoneName',
        'missing: a zone needs its id and its name',
      );
    }
    if (domainName === undefined && (certificateArn ?? hostedZoneId) !== undefined) {
      refuse('domainName', 'missing: a certificate or a zone is for a domain');
    }
    if (domainName !== undefined && certificateArn === undefined) {
      if (hostedZoneId === undefined) {
        refuse('certificateArn', 'missing: without a hosted zone, no certificate can be made');
      } else if (region !== 'us-east-1') {
        refuse(
          'certificateArn',
          'missing: one is only made if region is us-east-1, where CloudFront looks for it',
        );
      }
    }
    if (
      domainName !== undefined &&
      hostedZoneName !== undefined &&
      !`.${domainName}`.endsWith(`.${hostedZoneName}`)
    ) {
      refuse('hostedZoneName', `${domainName} is not in ${hostedZoneName}`);
    }
  });

export type Settings = z.output<typeof schema>;

/** What the context says of a registry that it should not. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/**
 * The settings of a deployment, from CDK's context (`cdk.json`, or `-c registry.NAME=value`).
 * @throws SettingsError that names each setting and what is wrong with it
 */
export function readSettings(context: unknown): Settings {
  const { success, data, error } = schema.safeParse(context);
  if (success) return data;
  const faults = error.issues.map(({ path, message }) => `  ${path.join('.') || 'settings'}: ${message}`);
  throw new SettingsError(`The settings of the registry are not right:\n${faults.join('\n')}`);
}

/** What the settings say of a domain of the registry's own. */
export const customDomain = (settings: Settings) =>
  settings.domainName === undefined
    ? undefined
    : {
        domainName: settings.domainName,
        certificateArn: settings.certificateArn,
        hostedZone:
          settings.hostedZoneId === undefined || settings.hostedZoneName === undefined
            ? undefined
            : { id: settings.hostedZoneId, name: settings.hostedZoneName },
      };

/**
 * The settings of a deployment in CDK's context: the object `registry`, and over it what `-c NAME=VALUE` says.
 * @param find looks a name up in the context
 */
export function readContext(find: (name: string) => unknown): object {
  const single = Object.keys(schema.shape).map((name) => [name, find(name)] as const);
  const registry = find('registry') ?? {};
  return { ...registry, ...Object.fromEntries(single.filter(([, value]) => value !== undefined)) };
}
