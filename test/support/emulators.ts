import { describeWithMoto } from './moto.ts';

/** Who plays AWS: our own stand-ins, or moto, whose authors read the documents of AWS without us. */
export type Emulator = 'stand-in' | 'moto';

/** The tests, once against each emulator there is. */
export function describeEmulators(define: (emulator: Emulator) => void): void {
  describe('stand-in', () => define('stand-in'));
  describeWithMoto('moto', () => define('moto'));
}

/** Also what the histories of test/events are played on. */
export type Store = Emulator | 'memory';

/** The tests of an adapter, which needs no more than a client's `send`. */
export function describeStores(define: (store: Store) => void): void {
  describe('memory', () => define('memory'));
  describeEmulators(define);
}
