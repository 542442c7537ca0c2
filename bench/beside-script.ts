const MB = 1_000_000;

/** What stands beside our time: that of a script that hashes the file, and then inflates it. */
export const SCRIPT_COLUMNS = [
  'sha256sum ms',
  'gzip -t ms',
  'both ms',
  'ratio',
  'MB/s',
  'both MB/s',
  'peak MiB',
];

/** Times are milliseconds; the size is that of the file, in bytes. */
interface Comparison {
  ours: number;
  sha256sum: number;
  gzip: number;
  size: number;
  /** The most memory that our process had. */
  peakBytes: number;
}

/** @param digits of the milliseconds, behind the point */
export function besideScript(
  { ours, sha256sum, gzip, size, peakBytes }: Comparison,
  digits: number,
): string[] {
  const both = sha256sum + gzip;
  const speed = (milliseconds: number) => (size / MB / (milliseconds / 1000)).toFixed(0);
  return [
    ...[sha256sum, gzip, both].map((each) => each.toFixed(digits)),
    (ours / both).toFixed(2),
    speed(ours),
    speed(both),
    (peakBytes / 1024 ** 2).toFixed(0),
  ];
}
