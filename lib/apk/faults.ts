/**
 * Every reason why a package or an index is refused, and the sentence that tells its author how to
 * mend it. Source: what apk-tools 2.14.10 and 3.0.6 do with such a file, or its specification, apk-v2.5.
 */
export const FAULTS = {
  'empty-file': 'Send the file itself as the request body, for example with `curl --upload-file FILE`.',
  'not-gzip': 'An apk package is gzip data; upload the .apk file that abuild, melange or nfpm wrote.',
  'android-package': 'Alpine and Android both use `.apk`; this registry takes Alpine Linux packages.',
  'v3-package':
    'Build it as a version 2 package (abuild, melange, nfpm): this registry does not take version 3 files yet.',
  truncated: 'The upload or the build was cut off; build the package again or send the whole file.',
  'corrupt-gzip':
    'The file was damaged after it was built; send it as binary (`--upload-file` or `--data-binary`).',
  'corrupt-tar': 'Build the package again with abuild, melange or nfpm.',
  'trailing-bytes': 'Remove what was appended to the file; a package ends with its data member.',
  'too-many-members': 'A package has one signature member, one control member and one data member.',
  'control-missing':
    'The first member after the signatures must hold `.PKGINFO`; abuild, melange and nfpm write it.',
  'control-not-cut':
    'The control member must not have end-of-archive blocks; cut them with `abuild-tar --cut`, since apk reads control and data as one tar stream.',
  'control-unexpected':
    'Beside `.PKGINFO`, the control member may only hold scripts such as `.post-install`; files to install belong into the data member.',
  'script-too-large':
    'Move the bulk of the script into a file of the package; apk 3 takes scripts up to 256 KiB.',
  'control-too-large':
    'Move large content from the control member (`.PKGINFO`, scripts) into the data member.',
  'data-missing': 'The package must end with a data member, even an empty one.',
  'data-too-large': 'Split the package, or compress real content; this looks like a decompression bomb.',
  'too-many-files': 'Split the package into several.',
  'datahash-missing':
    'Write `datahash = ` and the SHA-256 of the compressed data member into `.PKGINFO`; without it apk refuses to install.',
  'datahash-wrong':
    'Build the package again: `datahash` must be the SHA-256 of the data member as compressed, and the member must not be changed afterwards.',
  'size-missing':
    'Write the installed size in bytes as `size` into `.PKGINFO`; with 0 apk installs no files, runs no scripts and reports success.',
  'missing-directory':
    'Add an entry for each directory before what is in it: apk refuses a file without one, and apk 2 a directory whose parent is not there.',
  'missing-link-target':
    'Put the file that a hard link points to (no symbolic link) into the same package, in a directory, before the link.',
  'unsafe-path':
    'Use relative paths without `.`, `..`, empty or over-long segments and control characters; apk ignores the others as malicious, or fails to make them.',
  'ignored-path':
    'apk silently leaves out what starts with a dot at the root of a package; pack paths without the leading `./` (`tar -C root -c usr etc`).',
  'duplicate-path':
    'Pack each path once: a file over a file or a directory leaves it open which one is installed.',
  'unsupported-tar':
    'Pack with `tar --format=posix` or abuild-tar, without sparse files, dozens of pax records, GNU long links, global headers or large owner ids: apk passes over what it does not know.',
  'field-missing': 'Add the field to `.PKGINFO`.',
  'field-repeated': 'Keep one line of it in `.PKGINFO`.',
  'field-invalid': 'Mend the field in `.PKGINFO`.',
  'value-too-long': 'Shorten the value in `.PKGINFO`.',
  'too-many-dependencies': 'Split the package, or depend on a meta package.',
  'metadata-too-large': 'Shorten descriptions and dependency lists in `.PKGINFO`.',
  'bad-name':
    'A package name is letters, digits and `._+-`, starts with a letter or a digit, and has no `.apk` in it.',
  'bad-version':
    "A version is number{.number}{letter}{_suffix{number}}{~hash}{-r#}, for example 1.2.3_beta2-r0; SemVer's `-beta.2` is written `_beta2`.",
  'bad-arch':
    "Use the name of an Alpine architecture, for example x86_64, aarch64, or noarch for APKBUILD's `all`.",
  'bad-dependency':
    'A dependency is [!]name[<,<=,=,~,>=,>version], for example so:libc.musl-x86_64.so.1 or !foo or bar>=1.2.',
  'provides-itself':
    'Leave it out: a package provides its own name and version, and apk never installs one that says so itself.',
  'conflicts-with-itself':
    'Keep one of them: apk never installs a package that provides a name twice with a version, or that needs itself in another version.',
  'bad-index': 'Rebuild the index.',
} as const;

export type FaultCode = keyof typeof FAULTS;

/** What a package is accepted with although some client will not like it. */
export const WARNINGS = {
  'checksum-missing':
    'apk 2 installs it with a warning, apk 3 refuses it: build with `abuild-tar --hash`, melange or nfpm.',
  'checksum-wrong':
    'apk installs it, but `apk audit` and `apk fix` will call the file modified: build the package again.',
  'hash-in-dependency':
    'apk 3 reads it, apk 2 stops reading the list there: depend on a version without `~hash`.',
  'hash-in-version':
    'apk 3 reads it, apk 2 nothing behind `~`: it sees no upgrade to another hash or -r#, and takes 1.0~abc for newer than 1.0.1; write a snapshot as 1.0_git20240131-r0.',
  'excludes-itself':
    'apk 3 takes it for a conflict with others, apk 2 never installs the package: leave it out, and give what is provided a version.',
  'unknown-arch':
    'Only machines that have it in /etc/apk/arch are offered the package; Alpine says x86_64, not amd64, and aarch64, not arm64.',
  'several-data-members':
    'apk 2 installs it with a warning, apk 3 refuses it: compress the data member in one go.',
} as const;

export type WarningCode = keyof typeof WARNINGS;

export interface PackageWarning {
  code: WarningCode;
  /** What was found, where, and how to mend it. */
  message: string;
}
