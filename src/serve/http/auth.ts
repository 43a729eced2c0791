import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ResidentError } from '../../errors.ts';
import { ApiError } from './errors.ts';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** The API keys that may use a server. */
export class ApiKeys {
  readonly #digests: readonly Buffer[];

  constructor(keys: readonly string[]) {
    this.#digests = keys.map(digest);
  }

  /**
   * Reads a file of keys, one on each line; empty lines and lines that start with # are left out.
   *
   * @throws ResidentError when the file cannot be read or holds no key
   */
  static async read(path: string): Promise<ApiKeys> {
    const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
      throw new ResidentError(`Cannot read the API key file ${path}: ${cause.code ?? cause.message}.`, { cause });
    });
    const keys = text.split(/\r?\n/).map((line) => line.trim());
    const wanted = keys.filter((key) => key !== '' && !key.startsWith('#'));
    if (wanted.length === 0) {
      throw new ResidentError(`The API key file ${path} holds no key: write one key on each line.`);
    }
    return new ApiKeys(wanted);
  }

  /**
   * Which key a request carries. The time taken depends neither on the key nor on which one it is.
   *
   * @throws ApiError 401 when there is none, or an unknown one
   */
  check(authorization: string | undefined): string {
    const given = /^Bearer +(\S+)\s*$/i.exec(authorization ?? '')?.[1];
    if (given === undefined) {
      throw new ApiError(401, 'This server wants an API key: send the header "Authorization: Bearer KEY".', {
        code: 'missing_api_key',
        headers: { 'WWW-Authenticate': 'Bearer' },
      });
    }
    const wanted = digest(given);
    let found = -1;
    for (const [index, one] of this.#digests.entries()) if (timingSafeEqual(one, wanted)) found = index;
    if (found < 0) {
      throw new ApiError(401, 'The API key is not known to this server.', {
        code: 'invalid_api_key',
        headers: { 'WWW-Authenticate': 'Bearer' },
      });
    }
    return `key ${found}`;
  }
}
