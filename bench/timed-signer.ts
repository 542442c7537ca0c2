import { performance } from 'node:perf_hooks';
import type { Signer } from '#registry/ports.ts';
import { localSigner } from '#test/support/local-signer.ts';

/** A signer, whose signing is KMS' work: how long it took is known, to be taken off. */
export class TimedSigner implements Signer {
  readonly #signer = localSigner('signing-key', 4096);
  signingMilliseconds = 0;

  keyFileName = () => this.#signer.keyFileName();
  publicKey = () => this.#signer.publicKey();

  async sign(digest: Uint8Array): Promise<Uint8Array> {
    const start = performance.now();
    const signature = await this.#signer.sign(digest);
    this.signingMilliseconds += performance.now() - start;
    return signature;
  }
}
