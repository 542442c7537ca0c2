import type { WarningCode } from '#apk/faults.ts';
import { count, writeBytes } from '../terminal/counts.ts';
import type { ReportOutput } from '../terminal/report-output.ts';
import { type Finding, findingOf } from './file-fault.ts';
import type { ReadIndex } from './read-index.ts';
import type { VerifyListener, VerifyTotals } from './verify-repository.ts';

const REFUSED_BY_APK_3 = new Set<string>([
  'checksum-missing',
  'several-data-members',
] satisfies WarningCode[]);

/** Keeps what a verification finds, and prints it as it comes. */
export class VerifyReport implements VerifyListener {
  readonly #output: ReportOutput;
  readonly #indexes: object[] = [];
  readonly #faults: Finding[] = [];
  readonly #warnings: (Finding & { refused_by_apk_3: boolean })[] = [];

  constructor(output: ReportOutput) {
    this.#output = output;
  }

  get hasFaults(): boolean {
    return this.#faults.length > 0;
  }

  index({ arch, entries, signatures, distrust }: ReadIndex): void {
    this.#indexes.push({ arch, packages: entries.length, trusted: distrust === undefined, signatures });
    const valid = signatures.filter(({ state }) => state === 'valid').map(({ file }) => file);
    const trust = distrust === undefined ? `signed by ${valid.join(', ')}` : 'not trusted';
    this.#output.line(`${arch}: ${count(entries.length, 'package')}, ${trust}`);
  }

  progress(done: number, total: number): void {
    this.#output.progress(done, total);
  }

  fault(file: string, fault: Error): void {
    this.#faults.push(findingOf(file, fault));
    this.#output.line(`FAULT ${file}: ${fault.message}`);
  }

  warning(file: string, { code, message }: { code: string; message: string }): void {
    const isRefused = REFUSED_BY_APK_3.has(code);
    this.#warnings.push({ file, code, message, refused_by_apk_3: isRefused });
    this.#output.line(`WARNING ${file}: ${isRefused ? 'apk 3 refuses it: ' : ''}${message}`);
  }

  /** The last line, of the whole. */
  summarize({ indexes, packages, bytes }: VerifyTotals, seconds: number): void {
    const rate = `${writeBytes(bytes)} in ${seconds.toFixed(1)} s, ${(bytes / 1e6 / seconds).toFixed(1)} MB/s`;
    const found = `${count(this.#faults.length, 'fault')}, ${count(this.#warnings.length, 'warning')}`;
    this.#output.line(
      `${count(indexes, 'index', 'indexes')}, ${count(packages, 'package')}, ${rate}: ${found}`,
    );
  }

  asJson(totals: VerifyTotals, seconds: number): string {
    const { packages, bytes } = totals;
    const [indexes, faults, warnings] = [this.#indexes, this.#faults, this.#warnings];
    return `${JSON.stringify({ indexes, packages, bytes, seconds, faults, warnings }, null, 2)}\n`;
  }
}
