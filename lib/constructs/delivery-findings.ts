import { Validations } from 'aws-cdk-lib';
import type { Distribution } from 'aws-cdk-lib/aws-cloudfront';

/** What the AwsSolutions rules say of the distribution, and why it is so. */
export function acknowledgeFindings(distribution: Distribution, hasCloudFrontDomain: boolean): void {
  Validations.of(distribution).acknowledge(
    {
      id: 'AwsSolutions-CFR1',
      reason: 'Packages are for every country; who may read is decided by tokens, not by place.',
    },
    {
      id: 'AwsSolutions-CFR2',
      reason:
        'A WAF costs more by itself than all the rest when idle; the API is throttled, and one can be added.',
    },
    {
      id: '@aws-cdk/aws-cloudfront-origins:listBucketSecurityRisk',
      reason:
        'The viewer function answers "/" itself and no query is sent on, so nobody can ask for a listing.',
    },
  );
  if (hasCloudFrontDomain) {
    Validations.of(distribution).acknowledge({
      id: 'AwsSolutions-CFR4',
      reason: "CloudFront's own domain has a fixed TLS policy; with a custom domain it is TLSv1.2_2021.",
    });
  }
}
