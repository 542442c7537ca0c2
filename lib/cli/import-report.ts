import type { PackageWarning } from '#apk/faults.ts';
import { count, writeBytes } from './counts.ts';
import { codeOf } from './repository/file-fault.ts';
import type { ImportOutcome } from './repository/import-package.ts';
import type { ImportListener } from './repository/import-repository.ts';
import { withoutControls } from './terminal-text.ts';

interface Finding {
  /** `{arch}/{file}`. */
  file: string;
  code: string;
  message: string;
}

/** Keeps what becomes of an import, and prints it as it comes: what is there already is only counted. */
export class ImportReport implements ImportListener {
  readonly #print: (line: string) => void;
  readonly #files: Record<ImportOutcome, string[]> = {
    published: [],
    'to be published': [],
    'already there': [],
    'another build is there': [],
  };
  readonly #faults: Finding[] = [];
  readonly #warnings: Finding[] = [];
  #bytes = 0;

  constructor(print: (line: string) => void) {
    this.#print = (line) => print(`${withoutControls(line)}\n`);
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
    this.#print(`${outcome} ${file} (${writeBytes(bytes)})`);
  }

  fault(file: string, fault: Error): void {
    this.#faults.push({ file, code: codeOf(fault), message: fault.message });
    this.#print(`FAULT ${file}: ${fault.message}`);
  }

  warning(file: string, { code, message }: PackageWarning): void {
    this.#warnings.push({ file, code, message });
    this.#print(`WARNING ${file}: ${message}`);
  }

  unreadable(file: string, { message }: Error): void {
    this.#warnings.push({ file, code: 'destination-unreadable', message });
    this.#print(`WARNING ${file} of the destination cannot be read, so all is sent: ${message}`);
  }

  /** The last line, of the whole. */
  summarize(seconds: number): void {
    const some = Object.entries(this.#files).filter(
      ([outcome, files]) => files.length > 0 || outcome === 'published',
    );
    const outcomes = some.map(([outcome, files]) => `${files.length} ${outcome}`).join(', ');
    const bytes = `${writeBytes(this.#bytes)} in ${seconds.toFixed(1)} s`;
    this.#print(`${outcomes}, ${count(this.#faults.length, 'fault')}: ${bytes}`);
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
