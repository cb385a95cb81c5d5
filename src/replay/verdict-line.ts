import type { Meant } from '../core/attempt.ts';
import { countryOf } from '../core/numbering/plan.ts';
import type { Action } from '../core/verdict.ts';
import type { Checked } from '../guard/guard.ts';
import type { CdrCall } from './cdr.ts';

/** What may have been meant: what a rule took the number for, else the first number that is one slip away. */
export function slipOf({
  attempt,
  decision,
}: Checked): { meant: Meant & { region: string }; probable: boolean } | null {
  const taken = decision.findings.find(({ family }) => family === 'misdial')?.evidence.meant;
  const meant = attempt.meant.find(({ e164 }) => e164 === taken) ?? attempt.meant[0];
  return meant ? { meant: { ...meant, region: countryOf(meant.e164) }, probable: taken !== undefined } : null;
}

/** A verdict as the guard gave it, and how it came about; null where no rule was asked. */
export interface Said {
  call: Pick<CdrCall, 'uniqueid' | 'ext' | 'dialled'>;
  e164: string | null;
  verdict: Action;
  /** Codes, the one that decided first. */
  reasons: string[];
  checked: Checked | null;
}

/** How a verdict came about: all null where no rule was asked. */
function details(checked: Checked | null) {
  const { attempt, decision, path } = checked ?? {};
  const d = attempt?.destination;
  const tariff = decision?.lease?.tariff;
  return {
    would: decision?.verdict.would ?? null,
    texts: decision?.verdict.reasons.map((r) => r.text) ?? [],
    site: attempt?.site ?? null,
    kind: d?.kind ?? null,
    region: d && 'region' in d ? d.region : null,
    class: d && 'class' in d ? d.class : null,
    lineType: d && 'lineType' in d ? d.lineType : null,
    maxSeconds: decision?.verdict.maxSeconds ?? null,
    pricePerMinute: tariff ? tariff.perMinute / 1_000_000 : null,
    path: path ?? [],
    meant: checked ? (slipOf(checked)?.meant ?? null) : null,
  };
}

/** The object that `check` and `replay` print for a call. `ext` is who dialled, whether or not it may pay; prices are units of the currency. */
export const verdictLine = ({ call: { uniqueid, ext, dialled }, e164, verdict, reasons, checked }: Said) => ({
  uniqueid,
  ext,
  dialled,
  e164,
  verdict,
  reasons,
  ...details(checked),
});
