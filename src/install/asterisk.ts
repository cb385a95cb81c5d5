import { basename, join } from 'node:path';
import { addIncludes, asking, dropIncludes, unwireDials, wireDials } from './asterisk-wire.ts';
import { type Edit, type Fitting, namesIn, type OwnFile, PACKAGE } from './fitting.ts';
import { packaged } from './packaged.ts';

const RELOAD = "asterisk -rx 'dialplan reload'";
const OWN = /^(dialwarden|dialwarden-fallback|freepbx1[67])\.conf$/;
const HOOK = '[macro-dialout-trunk-predial-hook]';

function ownFiles(dir: string, fallback: string, more: string[] = []): OwnFile[] {
  return [
    ...['dialwarden.conf', ...more].map((name) => ({
      path: join(dir, name),
      text: packaged(`dialplan/asterisk/${name}`),
    })),
    { path: join(dir, 'dialwarden-fallback.conf'), text: fallback },
  ];
}

/** The files in which a dialplan is written by hand. */
export function dialplans(dir: string): string[] {
  const top = namesIn(dir).filter((name) => /^extensions.*\.(conf|ael|lua)$/.test(name) && !OWN.test(name));
  const parts = namesIn(join(dir, 'extensions.d')).filter((name) => name.endsWith('.conf'));
  return [...top.map((name) => join(dir, name)), ...parts.map((name) => join(dir, 'extensions.d', name))];
}

const stillAsking = (dir: string) => (textOf: (path: string) => string) =>
  dialplans(dir).flatMap((path) => {
    const others = asking(textOf(path)).filter(({ ours }) => !ours);
    return others.map(({ line, text }) => `${path}:${line}: ${text}`);
  });

/** `trunks`: whose calls are asked about; null: of all that are found. */
export function asteriskFitting(dir: string, trunks: readonly string[] | null, fallback: string): Fitting {
  const main = join(dir, 'extensions.conf');
  const wire = (path: string) => (text: string) => {
    const asked = wireDials(text, trunks).text;
    return path === main ? addIncludes(asked, ['dialwarden.conf']) : asked;
  };
  const edits = dialplans(dir)
    .filter((path) => path.endsWith('.conf'))
    .map((path): Edit => ({ path, wire: wire(path), unwire: (text) => dropIncludes(unwireDials(text)) }));
  return {
    files: ownFiles(dir, fallback),
    edits,
    like: main,
    reload: RELOAD,
    byHand: (textOf) => {
      const left = edits.flatMap(({ path }) =>
        wireDials(textOf(path), trunks).left.map(({ line, text }) => `${path}:${line}: ${text}`),
      );
      const asks = dialplans(dir).some((path) => asking(textOf(path)).length > 0);
      const none = 'No call is asked about yet: put the Gosub before the Dial of your trunk';
      const some = 'These lines may lead out as well and were left as they are';
      const guide = `(${join(PACKAGE, 'dialplan/asterisk/README.md')})`;
      if (left.length > 0) return [`${asks ? some : none} ${guide}:\n${left.map((line) => `    ${line}`).join('\n')}`];
      return asks ? [] : [`${none} ${guide}.`];
    },
    stillAsking: stillAsking(dir),
  };
}

/** Whether FreePBX calls its hooks by Macro (16) or by Gosub (17): as the dialplan that it generated does. */
function hookFile(generated: string): string {
  return /Gosub\(macro-dialout-trunk-predial-hook/i.test(generated) ? 'freepbx17.conf' : 'freepbx16.conf';
}

/** `generated`: the text of extensions_additional.conf. */
export function freepbxFitting(dir: string, generated: string, fallback: string): Fitting {
  const custom = join(dir, 'extensions_custom.conf');
  const hook = hookFile(generated);
  const taken = (text: string) => text.split(/\r?\n/).some((line) => line.trim().startsWith(HOOK));
  const wire = (text: string) => addIncludes(text, taken(text) ? ['dialwarden.conf'] : ['dialwarden.conf', hook]);
  return {
    files: ownFiles(dir, fallback, [hook]),
    edits: [{ path: custom, wire, unwire: dropIncludes }],
    like: custom,
    reload: 'fwconsole reload',
    byHand: (textOf) =>
      taken(textOf(custom))
        ? [`${basename(custom)} has a ${HOOK} of its own: put the lines of ${join(dir, hook)} into it by hand.`]
        : [],
    stillAsking: stillAsking(dir),
  };
}
