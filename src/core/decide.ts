import type { Attempt } from './attempt.ts';
import { moneyLease } from './ceiling.ts';
import type { Facts } from './facts.ts';
import { isKnown } from './known.ts';
import { charge, type Tariff } from './money.ts';
import type { Policy } from './policy.ts';
import { reclassed } from './reclass.ts';
import { tariffOf } from './risk/price.ts';
import { RULES } from './rules/index.ts';
import { CAP_NEW, isMoney, lifetimeMs, reserveFor } from './spend.ts';
import type { Action, Decision, Finding, Lease, Reason } from './verdict.ts';

/** What the owner's allow prefix, or a confirmation within this call, takes away: never toll blocks, limits or the ceiling. */
const LIFTABLE = new Set<Finding['family']>(['class', 'misdial', 'novelty']);
const SEVERITY: Record<Action, number> = { allow: 0, warn: 1, block: 2 };
/** Digits to press after a wrong key within 24 hours, instead of one. */
const KEYS_AFTER_WRONG = 3;

/**
 * The verdict on one attempt. Emergency passes before anything is looked at; of the findings the most severe wins, the
 * first among equals; then what costs money has to find room under the loss ceiling. In observe mode all of it is said
 * and nothing is enforced.
 */
export function decide(asked: Attempt, facts: Facts, policy: Policy): Decision {
  const attempt = { ...asked, destination: reclassed(asked.destination, facts.override) };
  if (attempt.destination.kind === 'emergency') return emergency(attempt.destination.code);
  const findings = listened(attempt, facts, softened(lifted(judged(attempt, facts, policy), facts), attempt));
  const tariff = isMoney(attempt.destination) ? tariffOf(attempt.destination, facts.tariff, policy.perUsd) : null;
  const held = leaseOrFinding(attempt, facts, policy, tariff);
  if (held && 'family' in held) findings.push(held);
  findings.sort((a, b) => SEVERITY[b.action] - SEVERITY[a.action]);
  const action = findings[0]?.action ?? 'allow';
  const lease = held && !('family' in held) ? held : null;
  if (findings.length === 0) findings.push(plain(attempt, facts, policy));
  if (facts.mode === 'observe') return observed(attempt, action, findings, tariff, facts);
  return {
    action,
    findings,
    destination: attempt.destination,
    ...(tariff && { least: charge(tariff, 1) }),
    verdict: {
      action,
      reasons: findings.map(reason),
      maxSeconds: action === 'allow' ? (lease?.maxSeconds ?? null) : null,
    },
    lease: action === 'allow' ? lease : null,
    keys: facts.wrongKeys > 0 ? KEYS_AFTER_WRONG : 1,
  };
}

const judged = (attempt: Attempt, facts: Facts, policy: Policy): Finding[] =>
  RULES.map((rule) => rule(attempt, facts, policy)).filter((f) => f !== null);

/**
 * An allowed prefix says nothing of where the phone is; whoever confirmed this call has answered for that too, and what he was
 * asked about stays among the reasons.
 */
function lifted(findings: Finding[], { override, previous }: Facts): Finding[] {
  if (previous?.cleared) {
    const answered = (f: Finding) => LIFTABLE.has(f.family) || f.family === 'address';
    const text = previous.action === 'warn' ? 'The caller confirmed this call' : 'This call was let through before';
    const asked = findings.filter(answered).map((f) => note(f.code, f.text, f.evidence));
    return [...findings.filter((f) => !answered(f)), note('cleared', text), ...asked];
  }
  return override?.action === 'allow' ? findings.filter((f) => !LIFTABLE.has(f.family)) : findings;
}

/**
 * A probable misdial turns a block by class into a question: nobody is blocked for a slip of the finger. Only where the
 * literal number does not exist, or the site did call the one that was meant: else a premium number could be reached by
 * looking like a slip.
 */
function softened(findings: Finding[], { destination }: Attempt): Finding[] {
  const slip = findings.find((f) => f.family === 'misdial');
  const sure = slip && (slip.evidence.called_before === 1 || ('valid' in destination && !destination.valid));
  if (!sure) return findings;
  return findings.map((f) => (f.family === 'class' ? { ...f, action: 'warn' } : f));
}

/** A warning nobody hears: it becomes a block, unless this extension confirmed these numbers before. */
function listened(attempt: Attempt, facts: Facts, findings: Finding[]): Finding[] {
  if ((attempt.listener && !facts.machine) || !findings.some((f) => f.action === 'warn')) return findings;
  if (facts.confirmed.blockDays > 0) return findings.filter((f) => f.action !== 'warn');
  const warned = findings.find((f) => f.action === 'warn');
  const unheard: Finding = {
    family: 'hard',
    action: 'block',
    code: 'no_listener',
    text: 'This call needs to be confirmed, and whoever dialled is not on the line to hear the question',
    evidence: { question: warned?.code ?? '' },
    incident: { kind: 'no_listener', severity: 'warning' },
  };
  return [...findings.filter((f) => f.action !== 'warn'), unheard];
}

function leaseOrFinding(attempt: Attempt, facts: Facts, policy: Policy, tariff: Tariff | null): Lease | Finding | null {
  const { kind } = attempt.destination;
  if (kind === 'internal' || kind === 'malformed') return null;
  if (tariff) return moneyLease(attempt, facts, policy, tariff);
  return { money: false, tariff: null, reserved: 0, maxSeconds: null, fresh: false, lifetimeMs: lifetimeMs(null) };
}

const reason = ({ code, text, evidence }: Finding): Reason => ({ code, text, evidence });

const note = (code: string, text: string, evidence: Finding['evidence'] = {}): Finding => ({
  family: 'note',
  action: 'allow',
  code,
  text,
  evidence,
});

/** Why an allowed call is allowed, when no rule had to say so. */
function plain(attempt: Attempt, facts: Facts, policy: Policy): Finding {
  const d = attempt.destination;
  if (!isMoney(d)) return note(d.kind, `A call of an ordinary kind: ${d.kind}`);
  if (isKnown(attempt, facts, policy))
    return note('known_destination', `Extension ${attempt.ext ?? '(none)'} calls this destination regularly`);
  if (facts.confirmed.today) return note('confirmed_today', 'These numbers were confirmed today');
  if (facts.confirmed.blockDays > 0) return note('confirmed_before', 'These numbers were confirmed on an earlier day');
  return note('within_limits', 'Nothing speaks against this call');
}

function emergency(code: string): Decision {
  const why: Reason = { code: 'emergency', text: `${code} is an emergency number`, evidence: {} };
  return {
    action: 'allow',
    findings: [],
    verdict: { action: 'allow', reasons: [why], maxSeconds: null },
    lease: null,
    keys: 1,
  };
}

/** Observe mode: everything decided and recorded, nothing enforced. The lease holds what the call may cost without a cap of ours. */
function observed(
  attempt: Attempt,
  action: Action,
  findings: Finding[],
  tariff: Tariff | null,
  facts: Facts,
): Decision {
  const reasons = findings.map(reason);
  const lease: Lease = {
    money: tariff !== null,
    tariff,
    reserved: tariff ? reserveFor(tariff, CAP_NEW) : 0,
    maxSeconds: null,
    fresh: tariff !== null && action !== 'allow',
    lifetimeMs: lifetimeMs(null),
  };
  return {
    action,
    findings,
    verdict: { action: 'allow', reasons, maxSeconds: null, ...(action === 'allow' ? {} : { would: action }) },
    lease: attempt.destination.kind === 'internal' || facts.endedAlready ? null : lease,
    keys: 1,
  };
}
