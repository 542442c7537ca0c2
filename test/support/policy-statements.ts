import type { Template } from 'aws-cdk-lib/assertions';

interface Statement {
  Action: string | string[];
  Resource: unknown;
  Condition?: object;
}

/** What the role of a function may do: `action` on the resources as the template names them. */
export function grantsOf(template: Template, roleId: RegExp): string[] {
  const grants: string[] = [];
  for (const { Properties } of Object.values(template.findResources('AWS::IAM::Policy'))) {
    if (!roleId.test(Properties.Roles[0].Ref)) continue;
    for (const statement of Properties.PolicyDocument.Statement as Statement[]) {
      const condition = statement.Condition ? ` if ${JSON.stringify(statement.Condition)}` : '';
      for (const action of [statement.Action].flat()) {
        for (const resource of [statement.Resource].flat())
          grants.push(`${action} ${nameOf(resource)}${condition}`);
      }
    }
  }
  return grants.sort();
}

/** `{"Fn::GetAtt": ["Bucket1234ABCD", "Arn"]}` as `Bucket.Arn`. */
export function nameOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[, argument] = []] = Object.entries(value as object);
  if (Array.isArray(argument) && Array.isArray(argument[1])) return argument[1].map(nameOf).join('');
  const parts = [argument].flat().map((part) => String(part).replace(/[0-9A-F]{8}$/, ''));
  return parts.join('.');
}
