import { runFolder } from './run-folder.ts';

/** Before jest starts its workers, so that they all have one folder. */
export default function globalSetup(): void {
  runFolder();
}
