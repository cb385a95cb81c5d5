import { allOf, compiler, languageOf, type Place, type State, walked } from './automaton.ts';
import { LONGER_THAN_LOCAL } from './number.ts';
import { type Plan, planOf, regionsByCode } from './plan.ts';
import type { Site } from './site.ts';

/** What digits can mean at a site, as languages that read them from the first. */
export interface Forms {
  /** National numbers in every way that people dial them there. */
  national: Place;
  /** What may be among them and is something else. */
  others: Place[];
}

/** Shorter local numbers are hardly told from extensions and short codes. */
const SHORTEST_LOCAL = 5;
/** Any number of a network. */
const REST = '\\d{0,14}';

/** What a compiled pattern was made of. Lookaheads of this project's own rules end where the number does. */
const sourceOf = (pattern: RegExp): string =>
  pattern.source.replace(/[$^]/g, '').replace('(?<rest>.+)', '').replaceAll('(?=', '(?:');

type Compile = ReturnType<typeof compiler>;

const shapesOf = (compile: Compile, { shapes }: Plan): State[] =>
  shapes.flatMap(({ pattern }) => compile(sourceOf(pattern)).entry);

let everywhere: State[] | null = null;

/** E.164 numbers of all countries, without `+`. Put together at first use and never changed. */
function international(): State[] {
  const compile = compiler();
  everywhere ??= Object.entries(regionsByCode).flatMap(([code, regions]) => {
    const plans = regions.map((region) => planOf(region)!);
    // Numbers of satellite and other networks count in any range.
    const network = plans[0]!.region === '001';
    return compile(code, network ? compile(REST).entry : plans.flatMap((plan) => shapesOf(compile, plan))).entry;
  });
  return everywhere;
}

/** Numbers that are national to this country. */
const ownNumbers = (compile: Compile, { home }: Plan): State[] =>
  home.flatMap((region) => shapesOf(compile, planOf(region)!));

/** Numbers of other countries behind the same country code. */
const foreign = (compile: Compile, plan: Plan): State[] =>
  regionsByCode[plan.code]!.filter((region) => !plan.home.includes(region)).flatMap((region) =>
    shapesOf(compile, planOf(region)!),
  );

/** Longest rule that stands before a number; others hold all of it. */
const LONGEST_RULE = 8;

/** What a rule makes a national number of: all of what is dialled, or, as Argentina's 15, what begins it. */
function rewritten(compile: Compile, { cut, put, carriers }: Plan, numbers: State[]): State[] {
  if (cut === null || put === null || carriers) return [];
  const { entry } = compile(sourceOf(cut));
  const rule = languageOf(entry);
  const lengths = Array.from({ length: 20 }, (_, length) => length).filter((length) => rule.canEnd(length));
  if (cut.source.includes('$') || Math.max(...lengths) > LONGEST_RULE) return entry;
  return lengths
    .flatMap((length) => allOf(rule, length))
    .flatMap((dialled) => {
      const begun = dialled.replace(cut, put);
      return begun === put.slice(0, -2) ? [] : compile(dialled, walked(numbers, begun)).entry;
    });
}

/** What may follow a `+`. */
export function plusForms(plan: Plan): Forms {
  const compile = compiler();
  const behind = (numbers: State[]): Place => languageOf(compile(plan.code, numbers).entry);
  return { national: behind(ownNumbers(compile, plan)), others: [behind(foreign(compile, plan))] };
}

/** What may be dialled in `length` digits without a `+`. */
export function digitForms({ areaCode, digitCodes }: Site, plan: Plan): (length: number) => Forms {
  const compile = compiler();
  const then = (sources: string[], rest: State[]): State[] => sources.flatMap((source) => compile(source, rest).entry);
  const numbers = ownNumbers(compile, plan);
  const dialled = (after: State[]): State[] => [...after, ...(plan.trunk ? then([plan.trunk], after) : [])];
  const carried = plan.carriers ? then([`${plan.trunk}${plan.carriers}`], numbers) : [];
  const national = [...dialled(numbers), ...rewritten(compile, plan, numbers), ...carried];
  // None begins with 0 or 1: those lead out of the area.
  const local = walked(numbers, areaCode ?? '').flatMap((state) =>
    state.set >> 2 ? [{ ...state, set: (state.set >> 2) << 2 }] : [],
  );
  const idds = ['00', '011', '0011', ...(plan.idd ? [sourceOf(plan.idd)] : [])];
  const abroad = then(idds, international());
  const short = plan.short ? compile(sourceOf(plan.short.all)).entry : [];
  const neighbours = plan.neighbours.flatMap(({ cut }) => compile(sourceOf(cut)).entry);
  const others = [
    [...dialled(foreign(compile, plan)), ...neighbours, ...short],
    [...international(), ...abroad],
    then(
      digitCodes.map(({ pattern }) => sourceOf(pattern)),
      [...dialled(numbers), ...abroad, ...short],
    ),
  ].map(languageOf);
  const anywhere = languageOf(national);
  const near = languageOf([...national, ...local]);
  return (length) => ({
    national: areaCode && length >= SHORTEST_LOCAL && length < LONGER_THAN_LOCAL ? near : anywhere,
    others,
  });
}
