import { Certificate, CertificateValidation, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { type Distribution, SecurityPolicyProtocol } from 'aws-cdk-lib/aws-cloudfront';
import { AaaaRecord, ARecord, HostedZone, type IHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';

export interface CustomDomainProps {
  domainName: string;
  /** In us-east-1; without one, it is made there and proven by a record in the zone. */
  certificateArn?: string | undefined;
  /** Where the domain's records are made; without one, they are yours to make. */
  hostedZone?: { id: string; name: string } | undefined;
}

/** A name for the distribution: its certificate and its records. */
export class CustomDomain extends Construct {
  /** What the distribution needs to know. */
  readonly names: {
    domainNames: string[];
    certificate: ICertificate;
    minimumProtocolVersion: SecurityPolicyProtocol;
  };
  readonly #zone: IHostedZone | undefined;
  readonly #domainName: string;

  constructor(scope: Construct, id: string, { domainName, certificateArn, hostedZone }: CustomDomainProps) {
    super(scope, id);
    this.#domainName = domainName;
    this.#zone =
      hostedZone &&
      HostedZone.fromHostedZoneAttributes(this, 'Zone', {
        hostedZoneId: hostedZone.id,
        zoneName: hostedZone.name,
      });
    const certificate =
      certificateArn === undefined
        ? new Certificate(this, 'Certificate', {
            domainName,
            validation: CertificateValidation.fromDns(this.#zone),
          })
        : Certificate.fromCertificateArn(this, 'Certificate', certificateArn);
    this.names = {
      domainNames: [domainName],
      certificate,
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
    };
  }

  pointTo(distribution: Distribution): void {
    if (this.#zone === undefined) return;
    const target = RecordTarget.fromAlias(new CloudFrontTarget(distribution));
    const props = { zone: this.#zone, recordName: this.#domainName, target };
    new ARecord(this, 'A', props);
    new AaaaRecord(this, 'Aaaa', props);
  }
}
