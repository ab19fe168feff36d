import qrcode from 'qrcode-generator';

/** A QR code as a picture in a data: address, black on white in every colour scheme, so that every camera reads it. */
export function qrCode(text: string): string {
  const code = qrcode(0, 'M');
  code.addData(text);
  code.make();
  return `data:image/svg+xml;base64,${btoa(code.createSvgTag({ cellSize: 4, margin: 16, scalable: true }))}`;
}

/** The address that an authenticator app reads: RFC 6238 with the parameters all apps agree on. */
export function otpAddress({ secret, issuer, account }: { secret: string; issuer: string; account: string }): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  return `otpauth://totp/${label}?${new URLSearchParams({ issuer, secret, algorithm: 'SHA1', digits: '6', period: '30' })}`;
}
