import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { deletePackage } from '#registry/delete-package.ts';
import { packageFile } from '#registry/object-keys.ts';
import type { PackageFileName } from '#registry/ports.ts';
import { publishPackage } from '#registry/publish-package.ts';
import { buildPackage } from '#test/support/build-package.ts';
import { builtScript } from '#test/support/once-a-run/built-programs.ts';
import { ENVIRONMENT, startPorts, type TestRegistry } from '#test/support/registry-ports.ts';
import { changeOf, listedIn } from '#test/support/registry-state.ts';
import { describeStarted } from '#test/support/registry-under-test.ts';

/** Of which every fourth is deleted again: 100 changes for each worker. */
const PUBLISHES = 160;
const REPOSITORY = { owner: 'acme', branch: 'v3.22', repository: 'main' };
const INDEX = { ...REPOSITORY, arch: 'x86_64' };

let registry: TestRegistry;
const workers: Worker[] = [];

/** An index worker in a process of its own. */
class Worker {
  readonly child: ChildProcess;
  changes = 0;
  #output = '';
  readonly #exited: Promise<unknown[]>;

  /** @param script the built children/index-worker.ts */
  constructor(script: string) {
    const { endpoints, accessKeyId } = registry.standIns;
    const argument = { endpoints: { ...endpoints, region: 'local', accessKeyId }, environment: ENVIRONMENT };
    this.child = spawn(process.execPath, [script, JSON.stringify(argument)], {
      env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.child.stdout?.on('data', (text: Buffer) => {
      this.#output += text.toString();
    });
    this.#exited = once(this.child, 'close');
    workers.push(this);
  }

  tell(file: PackageFileName): void {
    this.changes += 1;
    this.child.stdin?.write(`${JSON.stringify(changeOf(file, String(this.changes)))}\n`);
  }

  /** @returns how often the other worker was first */
  async finish(): Promise<number> {
    this.child.stdin?.end();
    const [code] = await this.#exited;
    expect(code).toBe(0);
    return Number(this.#output);
  }
}

describeStarted('two index workers in two processes', () => {
  beforeAll(async () => {
    registry = await startPorts();
  }, 60_000);
  afterAll(async () => {
    for (const { child } of workers) child.kill('SIGKILL');
    await registry?.close();
  });

  test('with 100 changes of one index each lose none', async () => {
    const { ports } = registry;
    const script = await builtScript('test/e2e/children/index-worker.ts');
    const pair = [new Worker(script), new Worker(script)] as const;
    const expected: string[] = [];
    const change = async (i: number) => {
      const file = await buildPackage({ name: `pkg-${i}` });
      const { record } = await publishPackage({ repository: REPOSITORY, file, publishedBy: 'test' }, ports);
      pair[i % 2 === 0 ? 0 : 1].tell(record);
      if (i % 4 !== 3) {
        expected.push(packageFile(record));
        return;
      }
      // Half of the deletes are told to the worker that was not told of the publish.
      await deletePackage(record, ports);
      pair[i % 8 === 3 ? 0 : 1].tell(record);
    };
    const todo = Array.from({ length: PUBLISHES }, (_, i) => i);
    const publisher = async () => {
      for (let i = todo.shift(); i !== undefined; i = todo.shift()) await change(i);
    };
    await Promise.all([publisher(), publisher(), publisher(), publisher()]);
    const conflicts = await Promise.all(pair.map((worker) => worker.finish()));

    expect(pair.map(({ changes }) => changes)).toEqual([100, 100]);
    expect(Math.max(...conflicts)).toBeGreaterThan(0);
    expected.sort();
    expect((await listedIn(INDEX, ports))?.sort()).toEqual(expected);
    const records = await ports.records.list(INDEX);
    expect(records.map(packageFile).sort()).toEqual(expected);
    expect(records.filter(({ state }) => state !== 'live')).toEqual([]);
    const { Contents = [] } = await registry.standIns.clients.s3.send(
      new ListObjectsV2Command({ Bucket: ENVIRONMENT.PACKAGES_BUCKET, Prefix: 'acme/v3.22/main/x86_64/' }),
    );
    const objects = Contents.map(({ Key = '' }) => Key.split('/').at(-1)).filter((key) =>
      key?.endsWith('.apk'),
    );
    expect(objects.sort()).toEqual(expected);
    process.stdout.write(`two workers: ${conflicts.join(' and ')} times another one had written first\n`);
  }, 60_000);
});
