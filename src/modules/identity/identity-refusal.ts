import { DomainError, type ErrorCode } from '#platform/errors.ts';

/** Codes of Supabase Auth and the refusals that they are for a person. */
const REFUSALS: Readonly<Record<string, ErrorCode>> = {
  invalid_credentials: 'sign_in_refused',
  email_not_confirmed: 'sign_in_refused',
  user_banned: 'sign_in_refused',
  mfa_verification_failed: 'code_wrong',
  mfa_challenge_expired: 'code_wrong',
  // The server saw the challenge asked for from another address than the answer: a new try asks for another one.
  mfa_ip_address_mismatch: 'code_wrong',
  otp_expired: 'link_over',
  weak_password: 'password_weak',
  same_password: 'password_same',
  email_exists: 'already_has_account',
  insufficient_aal: 'second_factor_needed',
  mfa_factor_not_found: 'second_factor_needed',
  session_not_found: 'sign_in_needed',
  session_expired: 'sign_in_needed',
  refresh_token_not_found: 'sign_in_needed',
  refresh_token_already_used: 'sign_in_needed',
  no_authorization: 'sign_in_needed',
  bad_jwt: 'sign_in_needed',
  user_not_found: 'not_found',
  over_request_rate_limit: 'too_many_requests',
  over_email_send_rate_limit: 'too_many_requests',
  validation_failed: 'invalid_input'
};

type AuthFailure = { code?: string | undefined; status?: number | undefined; name: string };

type Answer = { data: unknown; error: AuthFailure | null };

/** What an answer of Supabase Auth holds. @throws DomainError for the refusal that it is instead */
export function accepted<A extends Answer>(answer: A): NonNullable<Extract<A, { error: null }>['data']> {
  if (answer.error) throw identityRefusal(answer.error);
  return answer.data as NonNullable<Extract<A, { error: null }>['data']>;
}

export function identityRefusal(error: AuthFailure): DomainError {
  const refusal = REFUSALS[error.code ?? ''];
  if (refusal) return new DomainError(refusal);
  return new DomainError(error.name === 'AuthSessionMissingError' ? 'sign_in_needed' : 'identity_down');
}
