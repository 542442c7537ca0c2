import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApkRoot } from '#test/support/apk-client.ts';
import { eachTick } from './each-tick.ts';
import type { Entry } from './ledger.ts';
import { PRIVATE, REPOSITORIES } from './places.ts';
import type { Random } from './random.ts';
import type { SoakContext } from './soak-context.ts';

const ARCH = 'x86_64';
/** How many updates come between two packages that are fetched or installed. */
const UPDATES = 4;
/** What no kill excuses; an index that is cut off is an `UNTRUSTED signature`. Source: apk-tools src/print.c. */
const BAD_SIGNATURE = /BAD signature/;

/** A machine with the real client: it updates its indexes again and again, and now and then takes a package. */
export class ApkReader {
  readonly #root: ApkRoot;
  readonly #random: Random;
  readonly #context: SoakContext;
  #url = '';
  #ticks = 0;

  private constructor(root: ApkRoot, random: Random, context: SoakContext) {
    this.#root = root;
    this.#random = random;
    this.#context = context;
  }

  static async create(
    keys: Record<string, string>,
    random: Random,
    context: SoakContext,
  ): Promise<ApkReader> {
    return new ApkReader(await ApkRoot.create({ repositories: [], keys, arch: ARCH }), random, context);
  }

  /** @param every milliseconds between the beginnings of two updates */
  async run(every: number): Promise<void> {
    try {
      await eachTick(every, this.#context.over, () => this.#readOnce());
    } finally {
      await this.#root.close();
    }
  }

  async #readOnce(): Promise<void> {
    await this.#followAddress();
    const startedAt = Date.now();
    if (!(await this.#succeeds('update', () => true, 'update', '--update-cache'))) return;
    this.#ticks += 1;
    if (this.#ticks % UPDATES !== 0) return;
    const offered = REPOSITORIES.flatMap((each) => this.#context.ledger.ofIndex(each, ARCH)).filter(
      ({ standing }) => standing.is === 'kept' && (standing.listedSince ?? Date.now()) < startedAt,
    );
    if (offered.length > 0) await this.#take(this.#random.pick(offered));
  }

  /** Each start of the registry is at another port. */
  async #followAddress(): Promise<void> {
    const { url } = this.#context.registry;
    if (url === this.#url) return;
    this.#url = url;
    const withToken = url.replace('//', `//user:${this.#context.readerToken}@`);
    await this.#root.useRepositories(
      REPOSITORIES.map((repository) => `${repository === PRIVATE ? withToken : url}/${repository}`),
    );
  }

  /** Fetches or installs a package, which must succeed as long as nobody has begun to delete it. */
  async #take(entry: Entry): Promise<void> {
    const { recipe, standing, path } = entry;
    const isKept = () => entry.standing === standing;
    const file = `${recipe.name}-${recipe.version}.apk`;
    if (this.#random.chance(50)) {
      await this.#succeeds('add', isKept, 'add', '--no-scripts', recipe.name);
      // Whatever came of it: an empty world has the next one start anew.
      await writeFile(join(this.#root.folder, 'etc/apk/world'), '');
    } else if (await this.#succeeds('fetch', isKept, 'fetch', '--output', this.#root.folder, recipe.name)) {
      const fetched = join(this.#root.folder, file);
      const sha256 = createHash('sha256')
        .update(await readFile(fetched))
        .digest('hex');
      await rm(fetched);
      if (standing.is === 'kept' && standing.identity.sha256 !== sha256)
        this.#context.findings.fault('apk fetched other bytes than were published', path);
    }
  }

  /** @param isDue whether it had to succeed, asked when it has ended */
  async #succeeds(what: string, isDue: () => boolean, ...args: string[]): Promise<boolean> {
    const { findings, disturbances } = this.#context;
    const startedAt = Date.now();
    const { code, output } = await this.#root.run(...args);
    const isDamaged = BAD_SIGNATURE.test(output);
    if (code === 0 && !isDamaged) findings.count(`read, apk ${what}`);
    else if (isDamaged || (isDue() && !disturbances.since(startedAt)))
      findings.fault(`apk ${what} ended with ${code}: ${output.trim()}`, args.join(' '));
    else findings.count(`read, apk ${what}, ${isDue() ? 'cut off' : 'deleted since the index'}`);
    return code === 0;
  }
}
