import type { SearchIndex } from '#engines/index/port.ts';
import type { MediaStore } from '#engines/store/port.ts';
import type { Db } from './db.server.ts';
import type { Env } from './env.ts';

/** What use cases are given; each names only the parts it uses. */
export type Deps = { env: Env; db: Db; store: MediaStore; index: SearchIndex };
