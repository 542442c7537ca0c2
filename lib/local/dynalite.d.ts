declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface Options {
    /** The folder of its LevelDB; in memory without. */
    path?: string;
    /** How long a new table stays CREATING. */
    createTableMs?: number;
  }

  /** @returns a server that does not listen yet; its `close` also closes the database */
  export default function dynalite(options?: Options): Server;
}
