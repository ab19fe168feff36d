import { expect, it } from 'vitest';
import { securityHeaders } from './security-headers.ts';

const policy = (pathname: string) => securityHeaders(pathname, false)['permissions-policy'];

it('opens camera and microphone on the record page, in any language', () => {
  for (const page of ['/ar/tell/record', '/en/tell/record', '/en/tell/record/']) {
    expect(policy(page)).toContain('camera=(self)');
    expect(policy(page)).toContain('microphone=(self)');
  }
});

it('R6 opens the microphone alone where consent is spoken', () => {
  for (const page of ['/ar/tell/spoken/consent', '/en/tell/spoken/understanding']) {
    expect(policy(page)).toContain('camera=()');
    expect(policy(page)).toContain('microphone=(self)');
  }
});

it('keeps them closed everywhere else', () => {
  for (const page of [
    '/',
    '/ar',
    '/ar/consent',
    '/ar/record',
    '/ar/tell/record/other',
    '/desk/tell/record',
    '/x/ar/tell/record',
    '/ar/tell',
    '/media/record',
    '/ar/tell/spoken/consent/sound'
  ]) {
    expect(policy(page)).toContain('camera=()');
    expect(policy(page)).toContain('microphone=()');
  }
});

it('promises https for the future only where there is https', () => {
  expect(securityHeaders('/', true)['strict-transport-security']).toMatch(/^max-age=\d{8}/);
  expect(securityHeaders('/', false)).not.toHaveProperty('strict-transport-security');
});
