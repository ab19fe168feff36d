import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '#tests/database.ts';
import { clientOf, identityServer, type IdentityServer } from '#tests/identity-server.ts';

const database = await testDatabase();
const waiting: Socket[] = [];
/** A mail server that takes the call and says nothing. */
const silent = createServer((socket) => waiting.push(socket));
let server: IdentityServer;

beforeAll(async () => {
  await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
  server = await identityServer(database, { SMTP_URL: `smtp://127.0.0.1:${(silent.address() as AddressInfo).port}` });
});
afterAll(async () => {
  for (const socket of waiting) socket.destroy();
  silent.close();
  await server.close();
  await database.close();
});

it('tells nobody by its haste whether an address has an account', async () => {
  const email = 'known@example.org';
  const admin = clientOf(server.url, server.secretKey).auth.admin;
  expect((await admin.createUser({ email, password: 'a quiet morning by the sea', email_confirm: true })).error).toBeNull();
  const auth = clientOf(server.url, server.publishableKey).auth;
  const began = performance.now();
  expect((await auth.resetPasswordForEmail(email)).error).toBeNull();
  expect((await auth.resetPasswordForEmail('unknown@example.org')).error).toBeNull();
  expect(performance.now() - began).toBeLessThan(5_000);
  await expect.poll(() => waiting.length).toBe(1);
});

it('nor by failing where a mail cannot be sent', async () => {
  const email = 'known-too@example.org';
  const admin = clientOf(server.url, server.secretKey).auth.admin;
  await admin.createUser({ email, password: 'a quiet morning by the sea', email_confirm: true });
  for (const socket of waiting) socket.destroy();
  await new Promise((closed) => silent.close(closed));
  const auth = clientOf(server.url, server.publishableKey).auth;
  expect((await auth.resetPasswordForEmail(email)).error).toBeNull();
});
