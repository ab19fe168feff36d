import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { ENV_NAMES, readEnv } from '#platform/env.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
/** Variables that something other than readEnv reads: by where, so that none is invented. */
const isRead = (name: string) => {
  try {
    execFileSync('grep', ['-rqw', '--include=*.ts', '--include=*.mjs', '--include=*.py', '--exclude=*.test.ts', name, 'src', 'scripts'], {
      cwd: ROOT
    });
    return true;
  } catch {
    return false;
  }
};

const documented = [...read('docs/servers.md').matchAll(/^\| `([A-Z0-9_]+)` \|/gm)].map(([, name]) => name!);

it('docs/servers.md has every variable, each once', () => {
  expect(documented.filter((name) => ENV_NAMES.includes(name)).toSorted()).toEqual(ENV_NAMES.toSorted());
  expect(new Set(documented).size).toBe(documented.length);
});

it('docs/servers.md has none that nothing reads', () => {
  expect(documented.filter((name) => !ENV_NAMES.includes(name) && !isRead(name))).toEqual([]);
});

type Service = {
  image?: string;
  build?: { context: string; dockerfile: string };
  ports?: string[];
  networks?: string[];
  volumes?: string[];
  environment?: Record<string, string | number>;
  depends_on?: string[] | Record<string, unknown>;
};
const compose = parse(read('deploy/compose.yaml')) as {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean } | null>;
  volumes: Record<string, null>;
};
const services = Object.entries(compose.services);
const used = [...read('deploy/compose.yaml').matchAll(/\$\{(\w+)/g)].map(([, name]) => name!);
const offered = [...read('deploy/env.example').matchAll(/^(\w+)=/gm)].map(([, name]) => name!);

it('the compose file pins every image to a version', () => {
  const images = services.flatMap(([, { image }]) => image ?? []);
  images.push(...[...read('deploy/Dockerfile').matchAll(/^FROM (\S+)/gm)].map(([, image]) => image!));
  expect(images.length).toBeGreaterThan(8);
  for (const image of images) expect(image).toMatch(/:v?\d+\.\d+\.\d+[\w.-]*$/);
});

it('the compose file opens nothing but the proxy', () => {
  expect(services.filter(([, { ports }]) => ports).map(([name]) => name)).toEqual(['proxy']);
  expect(compose.networks['inner']?.internal).toBe(true);
  const keepers = ['db', 'storage', 'search', 'gateway'];
  for (const name of keepers) expect(compose.services[name]!.networks).toEqual(['inner']);
});

it('the compose file names only what is there', () => {
  for (const [, { networks = [], volumes = [], depends_on = [] }] of services) {
    for (const name of networks) expect(Object.keys(compose.networks)).toContain(name);
    for (const name of Array.isArray(depends_on) ? depends_on : Object.keys(depends_on)) expect(compose.services).toHaveProperty(name);
    for (const volume of volumes) {
      const [from] = volume.split(':');
      if (from!.startsWith('./')) expect(() => execFileSync('test', ['-e', path.join(ROOT, 'deploy', from!)])).not.toThrow();
      else expect(Object.keys(compose.volumes)).toContain(from);
    }
  }
});

it('the compose file gives the archive settings that it knows and takes', () => {
  const given = compose.services['sawt']!.environment!;
  expect(Object.keys(given).filter((name) => !ENV_NAMES.includes(name) && !documented.includes(name))).toEqual([]);
  const filled = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, String(value).replace(/\$\{\w+:[^}]*\}/g, 'ab'.repeat(32))])
  );
  const env = readEnv(filled);
  expect(env.DATABASE_URL).toContain('sawt_web');
  expect(env.DATABASE_WORKER_URL).toContain('sawt_worker');
  // The owner's login, the master key and the mail server's password are for others.
  expect(Object.values(given).join(' ')).not.toMatch(/POSTGRES_PASSWORD|MEILI_MASTER_KEY/);
  expect(given).not.toHaveProperty('DATABASE_OWNER_URL');
});

it('env.example offers every value that the compose file wants, and no other', () => {
  expect(offered.toSorted()).toEqual([...new Set(used)].toSorted());
});

it('R30 the templates of mails say nothing of the subject', () => {
  for (const kind of ['invite', 'recovery']) {
    const mail = read(`deploy/mail/${kind}.html`);
    expect(mail).toContain(`{{ .RedirectTo }}?token_hash={{ .TokenHash }}&type=${kind}`);
    expect(mail).not.toMatch(/sawt|صوت|testimon|شهاد|archive|أرشيف|detain|prison|معتقل|سجن/i);
  }
});
