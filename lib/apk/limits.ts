const KiB = 1024;
const MiB = 1024 * KiB;

/** Bytes of one signature or control member as compressed. */
export const MAX_CONTROL_BYTES = 1 * MiB;
/** Bytes of one signature or control member inflated. */
export const MAX_CONTROL_INFLATED_BYTES = 8 * MiB;
/** Signature members before the control member; abuild writes one. */
export const MAX_SIGNATURE_MEMBERS = 8;
/** Dependency strings of all kinds in one package. */
export const MAX_DEPENDENCIES = 2_000;
/** Characters of one `.PKGINFO` value. */
export const MAX_VALUE_CHARACTERS = 4_096;
/** Bytes of one dependency: apk writes each, and a space, through 256 into the installed database (apk_deps_write). */
export const MAX_DEPENDENCY_BYTES = 255;
/** Bytes of one list of dependencies: apk reads lines of up to 128 KiB, and gives up the index at a longer one (src/io.c). */
export const MAX_LIST_BYTES = 120 * KiB;
/** Bytes of `replaces`: apk 3 writes it, and a path, through 1,024 + PATH_MAX (apk_db_fdb_write). */
export const MAX_REPLACES_BYTES = 1_000;
/** Bytes of the texts of one package: with its numbers, apk writes them through 2,048 (apk_pkg_write_index_header). */
export const MAX_TEXT_BYTES = 1_900;
/** Bytes of `.PKGINFO`, comments and what nobody knows too. */
export const MAX_INFO_BYTES = 1 * MiB;
/** Bytes of one line of `.PKGINFO`, comments too: half of what apk can buffer (apk-tools src/io.c). */
export const MAX_INFO_LINE_BYTES = 64 * KiB;
/** Bytes of one script; apk 3's APK_MAX_SCRIPT_SIZE. */
export const MAX_SCRIPT_BYTES = 256 * KiB;
/** Bytes of everything an index says of one package: with its keys it must fit DynamoDB's 400 KB item. */
export const MAX_METADATA_BYTES = 320 * KiB;
/** Data members, which are one by right; each takes an inflater of its own, however little is in it. */
export const MAX_DATA_MEMBERS = 1_000;
/** Bytes of the data members that may inflate however well they are compressed. */
export const FREE_INFLATED_BYTES = 64 * MiB;
/** How many times their compressed size the data members may inflate to, beyond the free bytes. */
export const MAX_INFLATION = 40;
/** Entries of a data member. */
export const MAX_FILES = 500_000;
/** Bytes of a path or a link's target; apk's PATH_MAX - 10 (apk-tools src/tar.c). */
export const MAX_PATH_BYTES = 4_085;
/** Bytes of one segment of a path; Linux' NAME_MAX. */
export const MAX_SEGMENT_BYTES = 255;
/** Bytes of all paths of a data member together, which are held while it is read. */
export const MAX_PATHS_BYTES = 64 * MiB;
/** Bytes of one pax header or GNU long name; extended attributes are in the former. */
export const MAX_TAR_EXTENSION_BYTES = 1 * MiB;
/** Records of one pax header; abuild-tar writes one, and each extended attribute is one. */
export const MAX_PAX_RECORDS = 32;
/** Bytes of a gzip header's optional fields together. */
export const MAX_GZIP_HEADER_BYTES = 64 * KiB;
/** Bytes of somebody's index that may inflate however well it is compressed; Alpine's largest is about 5 MiB. Beyond them `MAX_INFLATION` holds. */
export const FREE_INDEX_INFLATED_BYTES = 16 * MiB;
/** Packages of an index that cannot be read, until it is none. */
export const MAX_INDEX_FAULTS = 1_000;
/** Bytes of an index inflated. */
export const MAX_INDEX_INFLATED_BYTES = 256 * MiB;
