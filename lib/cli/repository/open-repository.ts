import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../command.ts';
import { basicAuthorization } from '../connection/registry-address.ts';
import { withoutTokens } from '../terminal/terminal-text.ts';
import { FolderRepository } from './folder-repository.ts';
import { isWeb } from './get-stream.ts';
import { HttpRepository } from './http-repository.ts';

/**
 * The repository that somebody means: a line of /etc/apk/repositories, `file://…`, or a folder.
 * @param authorizationFor what is sent to a host whose URL says no user and password
 * @throws UsageError
 */
export async function openRepository(
  source: string,
  authorizationFor: (url: URL) => string | undefined = () => undefined,
): Promise<HttpRepository | FolderRepository> {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(source)) return openFolder(resolve(source), source);
  const url = URL.canParse(source) ? new URL(source) : undefined;
  if (url?.protocol === 'file:') return openFolder(pathOf(url, source), source);
  if (url === undefined || !isWeb(url) || url.search || url.hash) throw notARepository(source);
  const authorization = credentialsIn(url) ?? authorizationFor(url);
  url.username = '';
  url.password = '';
  return new HttpRepository(url, { authorization });
}

/** As apk sends them. */
const credentialsIn = ({ username, password }: URL): string | undefined =>
  password === '' ? undefined : basicAuthorization(decode(username), decode(password));

/** A password with a percent sign in it that nobody has encoded is taken as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function openFolder(folder: string, source: string): Promise<FolderRepository> {
  const stats = await stat(folder).catch(() => undefined);
  if (stats?.isDirectory()) return new FolderRepository(folder);
  throw notARepository(source);
}

function pathOf(url: URL, source: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    throw notARepository(source);
  }
}

const notARepository = (source: string) =>
  new UsageError(
    `${withoutTokens(JSON.stringify(source))} is no repository: say a line of /etc/apk/repositories, https://HOST/PATH, or a folder. {arch}/APKINDEX.tar.gz is looked for in it.`,
  );
