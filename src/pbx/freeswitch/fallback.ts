const CLASSES: Record<string, string> = { X: '\\d', Z: '[1-9]', N: '[2-9]', '+': '\\+' };
/** Alternatives in one expression; PCRE compiles longer ones too, but nobody can read them. */
const CHUNK = 50;

/**
 * The dialplan's allow list for the time when the guard gives no verdict, and the site's own emergency numbers, as
 * `dialwarden/site.xml` holds them. `patterns` as in `core/fallback-list`: `X` any digit, `Z` 1-9, `N` 2-9, `[2-57]` one of
 * these; full length. `title` is a line for people.
 */
export function fallbackXml(
  title: string,
  { emergency, patterns }: { emergency: string[]; patterns: string[] },
): string {
  const passes = '<action application="set" data="dw_pass=127.0.0.1"/>';
  const falls = '<action application="execute_extension" data="fallback XML dialwarden@pbx"/>';
  return [
    `<!-- ${title.replace(/--+|[<>&]/g, ' ')} -->`,
    '<include>',
    ...extensions('emergency_site', '^(check|none)$', emergency, passes),
    ...extensions('fallback_site', '^none$', patterns.map(expression), falls),
    '</include>',
    '',
  ].join('\n');
}

const expression = (pattern: string): string => pattern.replace(/[XZN+]/g, (sign) => CLASSES[sign] ?? sign);

function extensions(name: string, asked: string, alternatives: string[], action: string): string[] {
  const chunks = Array.from({ length: Math.ceil(alternatives.length / CHUNK) }, (_, i) =>
    alternatives.slice(i * CHUNK, (i + 1) * CHUNK),
  );
  return chunks.map((chunk, i) =>
    [
      `  <extension name="dialwarden_${name}_${i + 1}">`,
      `    <condition field="destination_number" expression="${asked}"/>`,
      `    <condition field="\${dw_digits}" expression="^(${chunk.join('|')})\\z">`,
      `      ${action}`,
      '    </condition>',
      '  </extension>',
    ].join('\n'),
  );
}
