import * as v from 'valibot';

/** The shape of `dialwarden.toml`. Every key is optional; tables are strict, so that a typing error is never ignored. */

const text = (max = 256) =>
  v.pipe(v.string('must be a text in quotes'), v.maxLength(max, `must have at most ${max} characters`));
const texts = v.array(text(), 'must be a list of texts such as ["a", "b"]');
const flag = v.boolean('must be true or false');
const number = (min: number, max: number) =>
  v.pipe(
    v.number('must be a number'),
    v.minValue(min, `must be ${min} to ${max}`),
    v.maxValue(max, `must be ${min} to ${max}`),
  );
const whole = (min: number, max: number) => v.pipe(number(min, max), v.integer('must be a whole number'));
const one = <const T extends readonly string[]>(...values: T) =>
  v.picklist(values, `must be ${values.map((x) => `"${x}"`).join(' or ')}`);

/** Digits written with or without quotes: `outside_line = 9`. */
const digits = (max: number) =>
  v.pipe(
    v.union([v.string(), v.number()], 'must be digits in quotes'),
    v.transform(String),
    v.regex(/^\d*$/, 'must be digits in quotes'),
    v.maxLength(max, `must have at most ${max} digits`),
  );
const textOrTexts = v.pipe(
  v.union([v.string(), v.array(v.string())], 'must be a text or a list of texts'),
  v.transform((value) => (typeof value === 'string' ? [value] : value)),
);
const severity = v.optional(one('info', 'warning', 'critical'));
const address = v.union([v.string(), v.number()], 'must be an address such as "127.0.0.1:4573"');

const LOCALS = ['local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'] as const;

const siteKeys = {
  country: v.optional(
    v.pipe(
      v.string('must be a country such as "DE"'),
      v.toUpperCase(),
      v.regex(/^[A-Z]{2}$/, 'must be two letters such as "DE"'),
    ),
  ),
  outside_line: v.optional(digits(4)),
  area_code: v.optional(digits(8)),
  timezone: v.optional(text(64)),
  business_hours: v.optional(text()),
  emergency: v.optional(v.array(digits(8), 'must be a list such as ["112"]')),
  internal: v.optional(textOrTexts),
  phones: v.optional(textOrTexts),
  currency: v.optional(
    v.pipe(
      v.string('must be a currency such as "USD"'),
      v.toUpperCase(),
      v.regex(/^[A-Z]{3}$/, 'must be three letters such as "EUR"'),
    ),
  ),
  per_usd: v.optional(number(0.000_1, 1_000_000)),
  trunk_channels: v.optional(whole(1, 100_000)),
  loss_ceiling_per_extension_day: v.optional(number(0, 1_000_000_000)),
  loss_ceiling_per_day: v.optional(number(0, 1_000_000_000)),
  networks: v.optional(texts),
};
const table = <const T extends v.ObjectEntries>(entries: T) => v.optional(v.strictObject(entries, 'must be a table'));

export const FileSchema = v.strictObject({
  site: table(siteKeys),
  sites: v.optional(
    v.record(v.string(), v.strictObject({ ...siteKeys, match: v.optional(textOrTexts) }, 'must be a table')),
  ),
  guard: table({
    mode: v.optional(one('enforce', 'observe')),
    deadline_ms: v.optional(whole(20, 2_000)),
    cdr_file: v.optional(text(4_096)),
    keep_days: v.optional(whole(100, 36_500)),
  }),
  warning: table({
    digit: v.optional(
      v.pipe(
        v.union([v.string(), v.number()], 'must be "random" or one digit'),
        v.transform(String),
        v.regex(/^(random|\d)$/, 'must be "random" or one digit'),
      ),
    ),
    answer: v.optional(flag),
    language: v.optional(v.pipe(text(16), v.regex(/^[A-Za-z_]+$/, 'must be a language such as "en"'))),
    sounds: v.optional(text()),
  }),
  block: table({ announce: v.optional(flag) }),
  agi: table({
    listen: v.optional(address),
    allow: v.optional(texts),
    key_file: v.optional(text()),
    key_env: v.optional(text()),
  }),
  esl: table({
    listen: v.optional(address),
    allow: v.optional(texts),
    connect: v.optional(address),
    password_file: v.optional(text()),
    password_env: v.optional(text()),
  }),
  ami: table({
    connect: v.optional(address),
    user: v.optional(text()),
    secret_file: v.optional(text()),
    secret_env: v.optional(text()),
  }),
  geo: table({ file: v.optional(text(4_096)) }),
  scan: table({ ignore: v.optional(texts) }),
  http: table({ listen: v.optional(address), hosts: v.optional(texts), public_url: v.optional(text(2_048)) }),
  unblock: table({ extensions: v.optional(texts), pin_file: v.optional(text()), pin_env: v.optional(text()) }),
  smtp: table({
    host: v.optional(text()),
    port: v.optional(whole(1, 65_535)),
    tls: v.optional(one('starttls', 'tls', 'none')),
    user: v.optional(text()),
    password_file: v.optional(text()),
    password_env: v.optional(text()),
    ca_file: v.optional(text(4_096)),
    from: v.optional(text()),
    to: v.optional(v.union([textOrTexts, v.record(v.string(), one('info', 'warning', 'critical'))])),
    from_severity: severity,
  }),
  webhook: table({
    url: v.optional(text(2_048)),
    secret_file: v.optional(text()),
    secret_env: v.optional(text()),
    from_severity: severity,
  }),
  syslog: table({
    address: v.optional(address),
    facility: v.optional(one('user', 'daemon', 'auth', 'authpriv', ...LOCALS)),
    from_severity: severity,
  }),
});

export type File = v.InferOutput<typeof FileSchema>;
export type SiteKeys = NonNullable<File['sites']>[string];
