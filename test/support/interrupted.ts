/** What a process that died would have left undone. */
export class Died extends Error {}

/** The same port, but whoever calls `method` dies before it (or after it, having done it). */
export function dyingAt<T extends object>(port: T, method: keyof T & string, when: 'before' | 'after'): T {
  return wrapping(port, method, async (call) => {
    if (when === 'after') await call();
    throw new Died(`died ${when} ${method}`);
  });
}

/** The same port, but each call of `method` does `around`, which may do something else before or after it. */
export function wrapping<T extends object>(
  port: T,
  method: keyof T & string,
  around: (call: () => Promise<unknown>) => Promise<unknown>,
): T {
  return new Proxy(port, {
    get(target, property) {
      const value = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      if (property !== method) return value.bind(target);
      return (...args: unknown[]) => around(() => value.apply(target, args));
    },
  });
}
