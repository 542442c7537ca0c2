import type { WarningCode } from '#apk/faults.ts';
import { count, writeBytes } from './counts.ts';
import { codeOf } from './repository/file-fault.ts';
import type { ReadIndex } from './repository/read-index.ts';
import type { VerifyListener, VerifyTotals } from './repository/verify-repository.ts';
import { withoutControls } from './terminal-text.ts';

const REFUSED_BY_APK_3 = new Set<string>([
  'checksum-missing',
  'several-data-members',
] satisfies WarningCode[]);

/** Why a file is not as it should be, or not quite. */
interface Finding {
  /** `{arch}/{file}`. */
  file: string;
  code: string;
  message: string;
}

/** Keeps what a verification finds, and prints it as it comes. */
export class VerifyReport implements VerifyListener {
  readonly #print: (line: string) => void;
  readonly #indexes: object[] = [];
  readonly #faults: Finding[] = [];
  readonly #warnings: (Finding & { refused_by_apk_3: boolean })[] = [];

  constructor(print: (line: string) => void) {
    this.#print = (line) => print(`${withoutControls(line)}\n`);
  }

  get hasFaults(): boolean {
    return this.#faults.length > 0;
  }

  index({ arch, entries, signatures, distrust }: ReadIndex): void {
    this.#indexes.push({ arch, packages: entries.length, trusted: distrust === undefined, signatures });
    const valid = signatures.filter(({ state }) => state === 'valid').map(({ file }) => file);
    const trust = distrust === undefined ? `signed by ${valid.join(', ')}` : 'not trusted';
    this.#print(`${arch}: ${count(entries.length, 'package')}, ${trust}`);
  }

  fault(file: string, fault: Error): void {
    this.#faults.push({ file, code: codeOf(fault), message: fault.message });
    this.#print(`FAULT ${file}: ${fault.message}`);
  }

  warning(file: string, { code, message }: { code: string; message: string }): void {
    const isRefused = REFUSED_BY_APK_3.has(code);
    this.#warnings.push({ file, code, message, refused_by_apk_3: isRefused });
    this.#print(`WARNING ${file}: ${isRefused ? 'apk 3 refuses it: ' : ''}${message}`);
  }

  /** The last line, of the whole. */
  summarize({ indexes, packages, bytes }: VerifyTotals, seconds: number): void {
    const rate = `${writeBytes(bytes)} in ${seconds.toFixed(1)} s, ${(bytes / 1e6 / seconds).toFixed(1)} MB/s`;
    const found = `${count(this.#faults.length, 'fault')}, ${count(this.#warnings.length, 'warning')}`;
    this.#print(`${count(indexes, 'index', 'indexes')}, ${count(packages, 'package')}, ${rate}: ${found}`);
  }

  asJson(totals: VerifyTotals, seconds: number): string {
    const { packages, bytes } = totals;
    const [indexes, faults, warnings] = [this.#indexes, this.#faults, this.#warnings];
    return `${JSON.stringify({ indexes, packages, bytes, seconds, faults, warnings }, null, 2)}\n`;
  }
}
