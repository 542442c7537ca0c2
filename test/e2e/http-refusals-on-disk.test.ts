import { buildPackage } from '#test/support/build-package.ts';
import { FAULTY_PACKAGES } from '#test/support/faulty-packages.ts';
import { describeStarted, startedRegistry } from '#test/support/registry-under-test.ts';

describeStarted('what was refused', () => {
  const registry = startedRegistry();

  test('leaves no object and no event behind', async () => {
    const before = await registry.storedFiles();
    for (const { bytes } of FAULTY_PACKAGES) {
      expect((await registry.put(`${registry.owner}/v3.22/faulty`, await bytes())).status).toBe(400);
    }
    for (const name of ['ma%0Ain', 'main%00', 'my%20main', 'm%C3%A4in', '-main']) {
      const file = await buildPackage();
      expect((await registry.put(`${registry.owner}/v3.22/${name}`, file)).status).toBe(400);
    }
    expect(await registry.storedFiles()).toEqual(before);
    expect((await registry.put(`${registry.owner}/v3.22/main`, await buildPackage())).status).toBe(201);
    expect(await registry.storedFiles()).not.toEqual(before);
  });
});
