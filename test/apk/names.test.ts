import { needsApk3, parseDependency } from '#apk/dependency.ts';
import { isArchitecture, isPackageName, splitPackageFile } from '#apk/names.ts';

test.each(['a', 'foo', 'libstdc++', 'py3.11-foo', 'Foo_Bar', '0ad', 'a.b', 'foo-1-bar', 'n'.repeat(128)])(
  '%s is a package name',
  (name) => expect(isPackageName(name)).toBe(true),
);
test.each(['', '-a', '.a', '+a', '_a', 'a b', 'a/b', 'a\n', 'ä', 'a:b', 'a@b', 'a=1', '..', 'n'.repeat(129)])(
  '%j is no package name',
  (name) => expect(isPackageName(name)).toBe(false),
);

test.each(['x86_64', 'x86', 'aarch64', 'armhf', 'noarch', 'loongarch64'])('%s is an architecture', (arch) =>
  expect(isArchitecture(arch)).toBe(true),
);
test.each(['', 'all', 'x86-64', '..', 'x86/64', 'x86_64\n', 'a'.repeat(33)])(
  '%j is no architecture',
  (arch) => expect(isArchitecture(arch)).toBe(false),
);

test.each([
  ['libstdc++-13.2.1-r0.apk', 'libstdc++', '13.2.1-r0'],
  ['foo-1-bar-2.apk', 'foo-1-bar', '2'],
  ['foo-1.apk', 'foo', '1'],
  ['foo-1.0~abc-r0.apk', 'foo', '1.0~abc-r0'],
  ['py3.11-six-1.16.0-r1.apk', 'py3.11-six', '1.16.0-r1'],
  ['0ad-0.0.26-r0.apk', '0ad', '0.0.26-r0'],
  ['font-3270-nerd-3.0-r0.apk', 'font-3270-nerd', '3.0-r0'],
])('%s is %s in version %s', (file, name, version) =>
  expect(splitPackageFile(file)).toEqual({ name, version }),
);

test.each([
  '',
  '.apk',
  'foo.apk',
  'foo-.apk',
  'foo-bar.apk',
  '-1.apk',
  'foo-1',
  'foo-1.apk/x',
  'foo-1/2.apk',
  'APKINDEX.tar.gz',
])('%j is no name of a package file', (file) => expect(splitPackageFile(file)).toBeUndefined());

test.each([
  'foo',
  '!foo',
  'foo=1.0-r0',
  'foo>=1.0',
  'foo<2',
  'foo>1_rc1',
  'foo~1.2',
  'foo=~1.2',
  '!foo<1',
  'so:libc.musl-x86_64.so.1',
  'so:libfoo.so.1=1.2.3',
  'cmd:foo=1.0-r0',
  'pc:zlib>=1.2',
  'py3.11:six',
  '/bin/sh',
  'foo><Q1abc',
  'foo=1.0~abc',
])('%s is a dependency', (text) => expect(parseDependency(text)).toBeDefined());

test.each([
  '',
  '!',
  '!!foo',
  '=1',
  'foo=',
  'foo>',
  'foo>=v1',
  'foo=1.0-beta',
  'foo@edge',
  'foo bar',
  'foo\n',
  'f(o)',
  'föö',
  'foo=1=2',
])('%j is no dependency', (text) => expect(parseDependency(text)).toBeUndefined());

test.each([
  ['foo=1.0~abc-r0', true],
  ['!foo>=1.0~0', true],
  ['foo~1.2', false],
  ['foo~~1.2', false],
  ['foo=1.0', false],
  ['foo', false],
])('whether only apk 3 reads %s: %s', (text, expected) => expect(needsApk3(text)).toBe(expected));
