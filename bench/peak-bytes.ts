import { readFileSync } from 'node:fs';

/** The most memory that this program had: what getrusage says begins with what its parent had. Source: proc(5), VmHWM. */
export function peakBytes(): number {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kibibytes) * 1024;
}
