import type { PackageWarning } from '#apk/faults.ts';
import { count, writeBytes } from '../terminal/counts.ts';
import type { ReportOutput } from '../terminal/report-output.ts';
import { type Finding, findingOf } from './file-fault.ts';
import type { ImportOutcome } from './import-package.ts';
import type { ImportListener } from './import-repository.ts';

/** Keeps what becomes of an import, and prints it as it comes: what is there already is only counted. */
export class ImportReport implements ImportListener {
  readonly #output: ReportOutput;
  readonly #files: Record<ImportOutcome, string[]> = {
    published: [],
    'to be published': [],
    'already there': [],
    'another build is there': [],
  };
  readonly #faults: Finding[] = [];
  readonly #warnings: Finding[] = [];
  #bytes = 0;

  constructor(output: ReportOutput) {
    this.#output = output;
  }

  get hasFaults(): boolean {
    return this.#faults.length > 0;
  }

  /** Packages of which something is known. */
  get packages(): number {
    return Object.values(this.#files).flat().length + this.#faults.length;
  }

  outcome(file: string, outcome: ImportOutcome, bytes: number): void {
    this.#files[outcome].push(file);
    if (outcome !== 'published' && outcome !== 'to be published') return;
    this.#bytes += bytes;
    this.#output.line(`${outcome} ${file} (${writeBytes(bytes)})`);
  }

  progress(done: number, total: number): void {
    this.#output.progress(done, total);
  }

  fault(file: string, fault: Error): void {
    this.#faults.push(findingOf(file, fault));
    this.#output.line(`FAULT ${file}: ${fault.message}`);
  }

  warning(file: string, { code, message }: PackageWarning): void {
    this.#warnings.push({ file, code, message });
    this.#output.line(`WARNING ${file}: ${message}`);
  }

  unreadable(file: string, { message }: Error): void {
    this.#warnings.push({ file, code: 'destination-unreadable', message });
    this.#output.line(`WARNING ${file} of the destination cannot be read, so all is sent: ${message}`);
  }

  /** The last line, of the whole. */
  summarize(seconds: number): void {
    const some = Object.entries(this.#files).filter(
      ([outcome, files]) => files.length > 0 || outcome === 'published',
    );
    const outcomes = some.map(([outcome, files]) => `${files.length} ${outcome}`).join(', ');
    const bytes = `${writeBytes(this.#bytes)} in ${seconds.toFixed(1)} s`;
    this.#output.line(`${outcomes}, ${count(this.#faults.length, 'fault')}: ${bytes}`);
  }

  asJson(seconds: number): string {
    const files = this.#files;
    const document = {
      published: files.published,
      to_be_published: files['to be published'],
      already_there: files['already there'],
      another_build_is_there: files['another build is there'],
      faults: this.#faults,
      warnings: this.#warnings,
      bytes: this.#bytes,
      seconds,
    };
    return `${JSON.stringify(document, null, 2)}\n`;
  }
}
