/** A refusal with the status, code and words of Supabase Auth. */
export class AuthError extends Error {
  override readonly name = 'AuthError';
  readonly status: number;
  readonly code: string;
  /** Why a password is too weak; goes into the body beside the code. */
  readonly weakPassword: readonly string[] | undefined;

  constructor(status: number, code: string, message: string, weakPassword?: readonly string[]) {
    super(message);
    this.status = status;
    this.code = code;
    this.weakPassword = weakPassword;
  }
}

export const invalidCredentials = () => new AuthError(400, 'invalid_credentials', 'Invalid login credentials');
export const userBanned = () => new AuthError(400, 'user_banned', 'User is banned');
export const userNotFound = () => new AuthError(404, 'user_not_found', 'User not found');
export const emailExists = () => new AuthError(422, 'email_exists', 'A user with this email address has already been registered');
export const badJwt = (why: string) => new AuthError(403, 'bad_jwt', `invalid JWT: ${why}`);
export const linkExpired = () => new AuthError(403, 'otp_expired', 'Email link is invalid or has expired');
export const factorNotFound = () => new AuthError(404, 'mfa_factor_not_found', 'Factor not found');
export const insufficientAal = (status: number, message: string) => new AuthError(status, 'insufficient_aal', message);
export const invalid = (message: string) => new AuthError(400, 'validation_failed', message);
export const tooManyRequests = () => new AuthError(429, 'over_request_rate_limit', 'Request rate limit reached');
