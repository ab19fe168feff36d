/** Every refusal that the archive expects. Words for each, in each language, are in i18n/locales/…/errors.json. */
export const ERROR_STATUS = {
  invalid_input: 400,
  not_found: 404,
  gone: 410,
  wrong_state: 409,
  second_factor_needed: 403,
  desk_locked: 403,
  sign_in_needed: 401,
  sign_in_refused: 400,
  code_wrong: 400,
  link_over: 403,
  password_weak: 422,
  password_same: 422,
  already_has_account: 409,
  identity_down: 503,
  two_people_needed: 409,
  risk_not_assessed: 409,
  stale_edit_list: 409,
  own_submission: 409,
  already_decided_by_you: 409,
  approved_already: 409,
  third_party_unassessed: 409,
  custodians_changed: 409,
  person_not_asked: 409,
  cuts_open: 409,
  cooling_off: 409,
  changed_meanwhile: 409,
  receipt_unknown: 404,
  receipt_wrong: 400,
  session_over: 401,
  query_too_long: 400,
  file_too_large: 413,
  file_type_refused: 415,
  file_incomplete: 422,
  file_changed_on_the_way: 422,
  upload_busy: 409,
  too_many_recordings: 409,
  too_many_requests: 429,
  consent_outdated: 409,
  consent_unmet: 409,
  nothing_to_submit: 409,
  store_full: 507,
  store_down: 503,
  engine_down: 503,
  engine_busy: 503,
  engine_refused: 502,
  database_down: 503
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof ERROR_STATUS;

/** An expected refusal. `message` is the code: nothing about a person can reach a log through it. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: ErrorCode;
  /** Numbers or field names for the words, never what somebody typed. */
  readonly detail: Readonly<Record<string, string | number>>;

  constructor(code: ErrorCode, detail: Readonly<Record<string, string | number>> = {}) {
    super(code);
    this.code = code;
    this.detail = detail;
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }
}

/** SQLSTATEs that our own triggers raise, and the few of Postgres' own that stand for a refusal. */
const REFUSALS: Readonly<Record<string, ErrorCode>> = {
  SW001: 'wrong_state',
  SW002: 'two_people_needed',
  SW003: 'risk_not_assessed',
  SW004: 'stale_edit_list',
  SW005: 'own_submission',
  SW006: 'cooling_off',
  SW007: 'changed_meanwhile',
  SW008: 'approved_already',
  SW010: 'wrong_state',
  SW017: 'third_party_unassessed',
  SW018: 'custodians_changed',
  SW019: 'person_not_asked',
  SW020: 'cuts_open',
  '42501': 'not_found',
  '57P01': 'database_down',
  '57P03': 'database_down',
  ECONNREFUSED: 'database_down'
};

/** A database error as the refusal it stands for, or the error itself when it is none. */
export function asRefusal(error: unknown): unknown {
  if (error instanceof DomainError || !(error instanceof Error)) return error;
  const { code, constraint } = error as Error & { code?: string; constraint?: string };
  if (code === '23505' && constraint === 'decision_testimony_id_edit_list_id_reviewer_id_key')
    return new DomainError('already_decided_by_you');
  const refusal = code && REFUSALS[code];
  return refusal ? new DomainError(refusal) : error;
}
