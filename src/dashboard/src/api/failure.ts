import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';

/** Of a statement, counted from 1; columns are characters. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A failure as people are told of it: what happened, and what they can do. */
export interface Failure {
  readonly title: string;
  readonly detail: string;
  readonly advice: string | null;
  /** Where in the statement; absent where that is not known. */
  readonly place?: Place | undefined;
}

interface Coded {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** What to do about the gateway's error codes. */
const advice: Readonly<Record<string, string>> = {
  BAD_ARGUMENT: 'Change what it names and try again.',
  SQL_SYNTAX_ERROR: 'Correct the statement and run it again.',
  STATEMENT_NOT_ALLOWED: 'Only one SELECT over registered tables can be run here.',
  QUERY_FAILED: 'Correct the statement and run it again.',
  QUERY_TIMEOUT: 'Narrow the time range or the filters, or raise QUERY_TIMEOUT.',
  COLD_BYTES_EXCEEDED: 'Narrow the time range so that fewer cold files are read, or raise MAX_COLD_BYTES_PER_QUERY.',
  COLD_BUDGET_SPENT: 'Wait until the budget is filled again, or ask for less of the cold tier.',
  OVERLOADED: 'The gateway is busy with it already. Wait a few seconds and try again.',
  HOT_TIER_UNAVAILABLE: 'PostgreSQL does not answer. Operations shows the state of each part.',
  COLD_TIER_UNAVAILABLE: 'The cold tier does not answer. Operations shows the state of each part.',
  INGEST_UNAVAILABLE: 'Records are not taken in at the moment. Operations says why.',
  STARTING: 'It will answer within a minute or so. Operations shows what it waits for.',
  TENANT_UNAVAILABLE: 'Wait a few seconds and try again. Operations shows the state of each part.',
  AUTHENTICATION_UNAVAILABLE: 'Wait a few seconds and try again.',
  TABLE_NOT_FOUND: 'It may have been renamed or dropped meanwhile. Reload the page.',
  JOB_NOT_FOUND: 'It may have been forgotten meanwhile. Reload the page.',
  UNAUTHENTICATED: 'Sign in with a key or token.',
  FORBIDDEN: 'Ask for a key with the role it names, and sign in with that.',
  OPERATION_NOT_ALLOWED: 'The settings of the gateway or of the table forbid it.',
};

/** What is asked is wrong, rather than what should answer. */
const asked = new Set(['BAD_ARGUMENT', 'SQL_SYNTAX_ERROR', 'STATEMENT_NOT_ALLOWED', 'QUERY_FAILED', 'OPERATION_NOT_ALLOWED', 'FORBIDDEN', 'GRAPHQL_VALIDATION_FAILED']);

/** Makes sense of whatever was thrown. */
export function failureOf(error: unknown): Failure {
  if (CombinedGraphQLErrors.is(error)) {
    const first: Coded | undefined = error.errors[0];
    return { ...ofCode(first?.message ?? error.message, String(first?.extensions?.code ?? '')), place: placeIn(first?.extensions) };
  }

  if (ServerError.is(error)) {
    return { title: `The gateway answered ${error.statusCode}`, detail: messageIn(error.bodyText) ?? error.message, advice: adviceOf(codeIn(error.bodyText)) };
  }

  if (error instanceof TypeError) {
    return { title: 'The gateway does not answer', detail: error.message, advice: 'Check that it is running and that this machine reaches it, then try again.' };
  }

  return { title: 'Something went wrong', detail: error instanceof Error ? error.message : String(error), advice: null };
}

/** Of a REST endpoint's answer that is not 2xx. */
export async function failureOfResponse(response: Response): Promise<Failure> {
  const body = await response.text();
  return { title: `The gateway answered ${response.status}`, detail: messageIn(body) ?? response.statusText, advice: adviceOf(codeIn(body)) };
}

const ofCode = (message: string, code: string): Failure => ({
  title: asked.has(code) ? 'That cannot be done' : 'The gateway could not answer',
  detail: message,
  advice: adviceOf(code),
});

const placeIn = (extensions: Coded['extensions']): Place | undefined =>
  typeof extensions?.line === 'number' && typeof extensions.column === 'number' ? { line: extensions.line, column: extensions.column } : undefined;

const adviceOf = (code: string | null): string | null => (code === null ? null : (advice[code] ?? null));

const messageIn = (body: string): string | null => {
  const problem = parsed(body);
  return textOf(problem?.detail) ?? textOf(problem?.title) ?? textOf((problem?.errors as Coded[] | undefined)?.[0]?.message);
};

const codeIn = (body: string): string | null => {
  const problem = parsed(body);
  return textOf(problem?.code) ?? textOf((problem?.errors as Coded[] | undefined)?.[0]?.extensions?.code);
};

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

function parsed(body: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    // Not every server between here and the gateway answers in JSON.
    return null;
  }
}
