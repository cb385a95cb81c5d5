/** Prometheus' text exposition format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats). */

export type Labels = Record<string, string | number>;
export interface Sample {
  labels?: Labels;
  value: number;
  /** `_bucket`, `_sum`, `_count` of a histogram. */
  suffix?: string;
}
export interface Metric {
  name: string;
  help: string;
  type: 'counter' | 'gauge' | 'histogram';
  samples: Sample[];
}

const escapeLabel = (value: string | number) =>
  String(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

function sampleLine(name: string, { labels = {}, value, suffix = '' }: Sample): string {
  const pairs = Object.entries(labels).map(([label, v]) => `${label}="${escapeLabel(v)}"`);
  return `${name}${suffix}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`;
}

/** Metrics as the text a scraper reads. */
export function exposition(metrics: readonly Metric[]): string {
  const lines = metrics.flatMap((m) => [
    `# HELP ${m.name} ${m.help}`,
    `# TYPE ${m.name} ${m.type}`,
    ...m.samples.map((s) => sampleLine(m.name, s)),
  ]);
  return `${lines.join('\n')}\n`;
}
