export interface SetupScript {
  /** The registry's, without a slash at its end. */
  publicUrl: string;
  /** `{owner}/{branch}/{repository}`, of parsed names. */
  repository: string;
  /** The public half of every key that signs. */
  keys: readonly { fileName: string; pem: string }[];
}

/** For a shell, whatever the text. Source: POSIX.1-2017, Shell Command Language, 2.2.2. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * A script that makes a machine install from a repository. It is plain POSIX sh and calls only what busybox and
 * apk-tools bring; it says the same for every repository there could be, and has no secret in it.
 */
export const setupScript = ({ publicUrl, repository, keys }: SetupScript): string => {
  const { protocol, host } = new URL(publicUrl);
  return `#!/bin/sh
# Lets this machine install packages from ${repository}. Run it as root, as often as you like.
#   wget -qO- ${publicUrl}/${repository}/setup.sh | sh
# For a private repository, with a token that may read it:
#   wget -qO- ${publicUrl}/${repository}/setup.sh | ALPENGLOW_TOKEN=alp_... sh
# ALPENGLOW_ROOT is the folder of another system than this one.
# A function, so that a script that arrives in part does nothing.
set_up() {
set -eu

scheme=${quoted(`${protocol}//`)}
place=${quoted(`${host}/${repository}`)}
root=\${ALPENGLOW_ROOT:-}
token=\${ALPENGLOW_TOKEN:-}
keys=$root/etc/apk/keys
repositories=$root/etc/apk/repositories

fail() {
  echo "setup.sh: $1" >&2
  exit 1
}

command -v apk > /dev/null || fail 'there is no apk here; this is for Alpine Linux and what is made of it.'
case $token in
  *[!A-Za-z0-9._~-]*) fail 'ALPENGLOW_TOKEN is no token: it has a character that none has.' ;;
esac
mkdir -p "$keys" || fail "cannot write to $keys; run this as root."

# The name matters: apk looks for a key by the name that an index says.
install_key() {
  cat > "$keys/.$1.$$"
  chmod 644 "$keys/.$1.$$"
  mv "$keys/.$1.$$" "$keys/$1"
}
${keys.map(({ fileName, pem }) => `install_key ${quoted(fileName)} <<'END'\n${pem.trimEnd()}\nEND\n`).join('')}
if [ -n "$token" ]; then wanted=\${scheme}token:$token@$place; else wanted=$scheme$place; fi

# The line of this repository is replaced where it stands, with whatever token it had; others stay as they are.
new=$repositories.$$
trap 'rm -f "$new"' EXIT
touch "$repositories"
(
  umask 077
  is_there=
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      "$scheme$place" | "$scheme$place/" | "$scheme"*"@$place" | "$scheme"*"@$place/")
        [ -z "$is_there" ] || continue
        is_there=yes
        line=$wanted
        ;;
    esac
    printf '%s\\n' "$line"
  done < "$repositories" > "$new"
  [ -n "$is_there" ] || printf '%s\\n' "$wanted" >> "$new"
)
# With a token in it, the file is for root alone.
[ -n "$token" ] || chmod 644 "$new"
mv "$new" "$repositories"

apk \${root:+--root "$root"} --update-cache update
}

set_up
`;
};
