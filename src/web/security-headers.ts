/** Where a camera and a microphone may be asked for. */
const RECORD_PAGE = /^\/[a-z]{2,3}\/tell\/record\/?$/;

/** Where consent may be spoken: a microphone, and never a camera. */
const SPEAK_PAGE = /^\/[a-z]{2,3}\/tell\/spoken\/[a-z]+\/?$/;

/** Every power of the browser that a page could ask for and none of ours does. */
const CLOSED = [
  'accelerometer',
  'bluetooth',
  'browsing-topics',
  'display-capture',
  'geolocation',
  'gyroscope',
  'hid',
  'identity-credentials-get',
  'idle-detection',
  'magnetometer',
  'midi',
  'payment',
  'publickey-credentials-create',
  'publickey-credentials-get',
  'serial',
  'usb',
  'xr-spatial-tracking'
];

/**
 * The headers of every answer, whoever gives it. The Content-Security-Policy is Kit's, which knows the nonces.
 *
 * @param pathname of the request, as sent
 * @param https whether the archive's public origin is https
 */
export function securityHeaders(pathname: string, https: boolean): Record<string, string> {
  const camera = RECORD_PAGE.test(pathname) ? '(self)' : '()';
  const microphone = SPEAK_PAGE.test(pathname) ? '(self)' : camera;
  return {
    // Nothing is ever told to another host. Not `no-referrer`: under it browsers send `Origin: null` with our own forms, and
    // the check that a form comes from our pages could not tell them from a stranger's.
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'x-dns-prefetch-control': 'off',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': [`camera=${camera}`, `microphone=${microphone}`, 'fullscreen=(self)', ...CLOSED.map((name) => `${name}=()`)].join(
      ', '
    ),
    ...(https && { 'strict-transport-security': 'max-age=63072000; includeSubDomains' })
  };
}
