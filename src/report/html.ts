/** Text that cannot leave its place in a page. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

export type Cell = string | number | null;

/** A table; numbers stand right. */
export function htmlTable(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const cell = (value: Cell) =>
    `<td${typeof value === 'number' ? ' class="n"' : ''}>${escaped(value === null ? '' : String(value))}</td>`;
  const body = rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('\n');
  return `<table><thead><tr>${head.map((h) => `<th>${escaped(h)}</th>`).join('')}</tr></thead><tbody>\n${body}\n</tbody></table>`;
}

/** A page that prints well and loads nothing. */
export const htmlPage = (title: string, body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title>
<style>
@page{size:A4;margin:15mm}
body{font:10pt/1.4 "Helvetica Neue",Arial,sans-serif;max-width:190mm;margin:0 auto;padding:1em;color:#111}
h1{font-size:16pt;margin:0 0 .5em}h2{font-size:12pt;margin:1.5em 0 .5em;break-after:avoid}
table{border-collapse:collapse;width:100%;font-size:8.5pt}thead{display:table-header-group}
th,td{border-bottom:1px solid #ccc;padding:.2em .5em .2em 0;text-align:left;vertical-align:top;overflow-wrap:anywhere}
tr{break-inside:avoid}.n{text-align:right}code{font:8pt monospace;overflow-wrap:anywhere}
</style></head><body>
<h1>${escaped(title)}</h1>
${body}
</body></html>
`;
