import { parseDurationMs } from './duration.ts';
import { listOf, numberOf, parseJson, recordOf, textOf } from './jsonValue.ts';

/** A quota that Google says is used up. */
export type Violation = { readonly quotaId: string; readonly metric: string; readonly value: number | undefined };

/** Everything of an error body that any provider puts to use, whatever its shape. */
export type ErrorBody = {
  /** What it says in words; '' where it says nothing. */
  readonly message: string;
  /** Codes, types, statuses and reasons, lower case, one space between. */
  readonly codes: string;
  /** A status that the body itself names: an error in a stream comes after a 200. */
  readonly status: number | undefined;
  readonly field: string | undefined;
  readonly violations: readonly Violation[];
  readonly retryDelayMs: number | undefined;
  /** An aggregator puts the reset header of its limit into the body. */
  readonly reset: string | undefined;
  readonly html: boolean;
};

type Json = Readonly<Record<string, unknown>>;

const maxLength = 64 * 1024;

/** Every text in it goes through `mask` before it is cut or looked at. */
export function readErrorBody(
  body: string,
  contentType: string | undefined,
  mask: (text: string) => string,
): ErrorBody {
  const text = body.slice(0, maxLength).trim();
  const html =
    /^<(?:!doctype|html|head|body|\?xml)/i.test(text) ||
    (contentType?.includes('text/html') === true && text.startsWith('<'));
  const parsed = html ? undefined : parseJson(text, mask);
  const root = recordOf(Array.isArray(parsed) ? parsed[0] : parsed);
  if (root === undefined) {
    return { ...nothing, html, message: html ? titleOf(mask(text)) : (textOf(parsed) ?? mask(text)) };
  }
  return fromRecords(root, recordOf(root['error']) ?? recordOf(root['message']) ?? root);
}

const nothing: ErrorBody = {
  message: '',
  codes: '',
  status: undefined,
  field: undefined,
  violations: [],
  retryDelayMs: undefined,
  reset: undefined,
  html: false,
};

function fromRecords(root: Json, inner: Json): ErrorBody {
  const details = recordsOf(inner['details']);
  const complaints = recordsOf(inner['detail'] ?? root['detail']);
  const named = [inner['code'], inner['type'], inner['status'], root['code'], root['type'], root['error_type']];
  const codes = [...named, ...details.map((detail) => detail['reason'])];
  return {
    message: messageOf(root, inner, complaints),
    codes: codes
      .flatMap((code) => textOf(code) ?? numberOf(code)?.toString() ?? [])
      .join(' ')
      .slice(0, 500)
      .toLowerCase(),
    status: [
      inner['code'],
      inner['status'],
      inner['status_code'],
      root['raw_status_code'],
      root['status_code'],
      root['code'],
    ]
      .map(numberOf)
      .find((status) => status !== undefined && Number.isInteger(status) && status >= 400 && status < 600),
    field: fieldOf(inner, root, complaints, details),
    violations: details.flatMap((detail) => listOf(detail['violations']).slice(0, 32).flatMap(violationOf)),
    retryDelayMs: details
      .map((detail) => parseDurationMs(textOf(detail['retryDelay']) ?? ''))
      .find((ms) => ms !== undefined),
    reset: textOf(recordOf(recordOf(inner['metadata'])?.['headers'])?.['X-RateLimit-Reset']),
    html: false,
  };
}

const recordsOf = (value: unknown): readonly Json[] =>
  listOf(value)
    .slice(0, 32)
    .map(recordOf)
    .filter((record) => record !== undefined);

function messageOf(root: Json, inner: Json, complaints: readonly Json[]): string {
  for (const value of [
    root['error'],
    inner['message'],
    root['message'],
    inner['detail'],
    root['detail'],
    inner['msg'],
    inner['description'],
  ]) {
    const text = textOf(value)?.trim();
    if (text !== undefined && text !== '') return text.slice(0, 16_384);
  }
  return complaints
    .map((complaint) => `${placeOf(complaint)}: ${textOf(complaint['msg']) ?? ''}`)
    .join('; ')
    .slice(0, 16_384);
}

/** `["body", "messages", 0, "content"]` → `messages.0.content`. */
function placeOf(complaint: Json): string {
  const steps = listOf(complaint['loc'])
    .slice(0, 16)
    .flatMap((step) => textOf(step) ?? numberOf(step)?.toString() ?? []);
  return (steps[0] === 'body' ? steps.slice(1) : steps).join('.').slice(0, 100);
}

function fieldOf(inner: Json, root: Json, complaints: readonly Json[], details: readonly Json[]): string | undefined {
  const first = complaints[0];
  const violation = recordOf(
    listOf(details.find((detail) => detail['fieldViolations'] !== undefined)?.['fieldViolations'])[0],
  );
  const named = textOf(inner['param']) ?? textOf(root['param']) ?? textOf(violation?.['field']);
  const field = named ?? (first === undefined ? undefined : placeOf(first));
  return field === undefined || field === '' ? undefined : field.slice(0, 100);
}

function violationOf(item: unknown): readonly Violation[] {
  const violation = recordOf(item);
  if (violation === undefined) return [];
  const quotaId = textOf(violation['quotaId']) ?? '';
  const metric = textOf(violation['quotaMetric']) ?? '';
  if (quotaId === '' && metric === '') return [];
  return [{ quotaId, metric, value: numberOf(violation['quotaValue']) }];
}

const titleOf = (html: string): string =>
  (/<title[^>]{0,200}>([^<]{1,300})/i.exec(html)?.[1] ?? html.slice(0, 4_096).replace(/<[^>]{0,500}>/g, ' ')).trim();
