import { randomUUID } from 'node:crypto';
import { DeleteObjectCommand, GetBucketVersioningCommand, HeadBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { openTranscriber, openTranslator } from '#engines/engines.server.ts';
import type { Env } from '#platform/env.ts';
import { checkMailServer, MailNotSent, type MailTrouble } from '#platform/mail.server.ts';
import { s3PlaceOf, s3Settings, type S3Place } from '#platform/s3.server.ts';
import { ask, attention, good, inTheClear, wrong, type Finding } from './finding.ts';

/** Supabase's older keys are tokens that name a role, the newer ones say it by their beginning. */
function roleOfKey(key: string): string | null {
  if (key.startsWith('sb_secret_')) return 'service_role';
  if (key.startsWith('sb_publishable_')) return 'anon';
  try {
    const claims = JSON.parse(Buffer.from(key.split('.')[1] ?? '', 'base64url').toString()) as { role?: string };
    return claims.role ?? null;
  } catch {
    return null;
  }
}

/** Supabase Auth, or the local sign-in server. */
export async function lookAtIdentity(env: Env): Promise<Finding[]> {
  const { SUPABASE_URL: url, SUPABASE_PUBLISHABLE_KEY: publishable, SUPABASE_SECRET_KEY: secret } = env;
  const part = 'sign-in';
  const findings = inTheClear(part, 'SUPABASE_URL', url);
  if (roleOfKey(publishable) === 'service_role')
    findings.push(
      wrong(part, 'SUPABASE_PUBLISHABLE_KEY is a secret key.', 'Put the publishable (anon) key there, and make the secret one anew.')
    );
  if (!secret) findings.push(wrong(part, 'SUPABASE_SECRET_KEY is missing: nobody can be invited.', 'Name the secret (service_role) key.'));
  else if (roleOfKey(secret) === 'anon')
    findings.push(
      wrong(part, 'SUPABASE_SECRET_KEY is a publishable key: nobody can be invited.', 'Put the secret (service_role) key there.')
    );
  const headers = { apikey: publishable };
  const health = await ask(`${url}/auth/v1/health`, headers);
  if (health?.status !== 200) {
    const said = health ? `answers ${health.status}` : 'cannot be reached';
    return [...findings, wrong(part, `The server at SUPABASE_URL ${said}.`, 'Check SUPABASE_URL and its key, and that it is running.')];
  }
  findings.push(
    good(part, `${text(health.json['name'], 'The sign-in server')} ${text(health.json['version'], '')} answers.`.replace(/ +/g, ' '))
  );
  const settings = await ask(`${url}/auth/v1/settings`, headers);
  if (settings?.json['disable_signup'] === false)
    findings.push(attention(part, 'Everyone may make an account there.', 'Switch sign-ups off: accounts come by invitation.'));
  return findings;
}

const text = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);

/** The bucket: reachable, private, and without versions that would keep what was destroyed. */
export async function lookAtMedia(env: Env): Promise<Finding[]> {
  const place = s3PlaceOf(env);
  if (!place) return [good('media', 'Media lie on the disk of this machine.')];
  const client = new S3Client({ ...s3Settings(place, 10_000), maxAttempts: 1 });
  const findings = inTheClear('media', 'S3_ENDPOINT', place.endpoint);
  const Key = `doctor-${randomUUID()}`;
  const at = { Bucket: place.bucket };
  try {
    await client.send(new HeadBucketCommand(at));
    await client.send(new PutObjectCommand({ ...at, Key, Body: 'x' }));
    findings.push(good('media', 'The bucket at S3_ENDPOINT can be written.'));
    findings.push(...(await openToAll(place, Key)), ...(await versions(client, place)));
    await client.send(new DeleteObjectCommand({ ...at, Key }));
  } catch (error) {
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
    const said = status ? `answers ${status}` : 'cannot be reached';
    findings.push(
      wrong(
        'media',
        `The bucket at S3_ENDPOINT ${said}.`,
        'Check the five S3 variables: address, region, bucket and both keys, which need to read, write and delete.'
      )
    );
  } finally {
    client.destroy();
  }
  return findings;
}

async function openToAll({ endpoint, bucket }: S3Place, key: string): Promise<Finding[]> {
  const address = `${endpoint.replace(/\/$/, '')}/${bucket}`;
  const findings: Finding[] = [];
  if ((await ask(`${address}?list-type=2`))?.status === 200)
    findings.push(wrong('media', 'Anyone may list the bucket.', 'Make the bucket private, without a policy for everyone.'));
  if ((await ask(`${address}/${key}`))?.status === 200)
    findings.push(wrong('media', 'Anyone may fetch what lies in the bucket.', 'Make the bucket private, without a policy for everyone.'));
  return findings;
}

async function versions(client: S3Client, { bucket: Bucket }: S3Place): Promise<Finding[]> {
  try {
    const { Status } = await client.send(new GetBucketVersioningCommand({ Bucket }));
    if (Status !== 'Enabled') return [];
    return [
      wrong(
        'media',
        'The bucket keeps old versions: what is destroyed stays there.',
        'Switch versioning off and remove the versions there are.'
      )
    ];
  } catch {
    // Servers that know no versions keep none.
    return [];
  }
}

/** Meilisearch: which version, and whether each key may do no more than it is used for. */
export async function lookAtSearch(env: Env): Promise<Finding[]> {
  const { MEILI_URL: url, MEILI_KEY: key, MEILI_SEARCH_KEY: searchKey, MEILI_VERSION_KEY: versionKey } = env;
  const part = 'search';
  if (!url) return [good(part, 'Postgres searches; no other server is named.')];
  const findings = inTheClear(part, 'MEILI_URL', url);
  const reach = async (address: string, by?: string) =>
    (await ask(`${url}${address}`, by ? { authorization: `Bearer ${by}` } : {}))?.status;
  if ((await reach('/health')) !== 200)
    return [
      ...findings,
      wrong(part, 'Meilisearch cannot be reached. Postgres searches meanwhile.', 'Check MEILI_URL, and that it is running.')
    ];
  const version = await ask(`${url}/version`, versionKey || key ? { authorization: `Bearer ${versionKey ?? key}` } : {});
  findings.push(good(part, `Meilisearch ${text(version?.json['pkgVersion'], '')} answers.`.replace('  ', ' ')));
  if ((await reach('/indexes')) === 200)
    return [
      ...findings,
      wrong(part, 'Meilisearch asks for no key.', 'Start it with a master key, and make keys from it (docs/servers.md).')
    ];
  if (!key || (await reach('/tasks?limit=1', key)) !== 200)
    findings.push(
      wrong(part, 'MEILI_KEY may not see its tasks, so nothing can be written.', 'Make a key with the rights in docs/servers.md.')
    );
  else if ((await reach('/keys?limit=1', key)) === 200)
    findings.push(
      wrong(
        part,
        'MEILI_KEY may read every key: it is the master’s or an administrator’s.',
        'Make a key with the rights in docs/servers.md.'
      )
    );
  if (!searchKey)
    findings.push(
      attention(part, 'MEILI_SEARCH_KEY is missing: the web cannot ask Meilisearch.', 'Make a key that may search and nothing else.')
    );
  else if ((await reach('/tasks?limit=1', searchKey)) === 200)
    findings.push(wrong(part, 'MEILI_SEARCH_KEY may do more than search.', 'Make a key that may search and nothing else.'));
  return findings;
}

/** Transcriber and translator: none is a normal state. */
export async function lookAtEngines(env: Env): Promise<Finding[]> {
  const findings: Finding[] = [];
  const transcriber = openTranscriber(env);
  if (!transcriber)
    findings.push(
      attention('transcriber', 'None is named: people write down what is said.', 'Name one in TRANSCRIBER_URL, or install the local one.')
    );
  else {
    const { ready, model } = await transcriber.health(AbortSignal.timeout(5_000));
    findings.push(...inTheClear('transcriber', 'TRANSCRIBER_URL', env.TRANSCRIBER_URL!));
    if (ready)
      findings.push(
        good('transcriber', `${model ?? 'A model without a name'} is ready, for ${(await transcriber.languages()).length} languages.`)
      );
    else
      findings.push(
        wrong(
          'transcriber',
          'It does not answer, still loads its model, or refuses the key.',
          'Check TRANSCRIBER_URL and TRANSCRIBER_KEY, and that it is running.'
        )
      );
  }
  return [...findings, ...(await lookAtTranslator(env))];
}

async function lookAtTranslator(env: Env): Promise<Finding[]> {
  const part = 'translator';
  const translator = openTranslator({ ...env, TRANSLATOR_LANGUAGES: undefined });
  if (!translator) return [attention(part, 'None is named: people translate.', 'Name one in TRANSLATOR_URL, or install Apertium.')];
  const findings = inTheClear(part, 'TRANSLATOR_URL', env.TRANSLATOR_URL!);
  try {
    const directions = await translator.languages(AbortSignal.timeout(5_000));
    return [...findings, good(part, `It answers and has ${directions.length} pairs of languages.`)];
  } catch (error) {
    if ((error as { code?: string }).code !== 'engine_refused')
      return [...findings, wrong(part, 'It does not answer, or refuses.', 'Check TRANSLATOR_URL, and that it is running.')];
    if (env.TRANSLATOR_LANGUAGES) return [...findings, good(part, 'It answers; its languages are those in TRANSLATOR_LANGUAGES.')];
    return [...findings, wrong(part, 'It does not say which languages it has.', 'Name the pairs in TRANSLATOR_LANGUAGES: ar:en,en:ar.')];
  }
}

const MAIL: Readonly<Record<MailTrouble, string>> = {
  unreachable: 'does not answer',
  certificate: 'has a certificate that is not valid',
  no_tls: 'does not encrypt',
  login: 'refuses the login or the password',
  put_off: 'puts us off',
  refused: 'refuses us'
};

/** The SMTP server: is it there, does it encrypt, does it let us in. No mail is sent. */
export async function lookAtMail(env: Env): Promise<Finding[]> {
  const { SMTP_URL: smtpUrl, MAIL_FROM: from, SAWT_DATA } = env;
  if (!smtpUrl)
    return [
      attention(
        'mail',
        'No server is named: letters are kept in the folder outbox.',
        'Name one in SMTP_URL, or pass the letters on by hand.'
      )
    ];
  const findings = from
    ? []
    : [attention('mail', 'MAIL_FROM is missing.', 'Name the address that mails come from: many servers take no other.')];
  try {
    await checkMailServer({ smtpUrl, from, outbox: SAWT_DATA });
    return [...findings, good('mail', 'The server at SMTP_URL takes our mails.')];
  } catch (error) {
    if (!(error instanceof MailNotSent)) throw error;
    return [
      ...findings,
      wrong(
        'mail',
        `The server at SMTP_URL ${MAIL[error.code]}.`,
        'Check SMTP_URL. Mails go over TLS only, to a name that the certificate has.'
      )
    ];
  }
}
