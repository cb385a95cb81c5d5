// biome-ignore-all lint/suspicious/noTemplateCurlyInString: dialplan variables.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { newReading, readConf } from '../../../src/audit/asterisk/conf.ts';
import { type Extension, readDialplan } from '../../../src/audit/asterisk/dialplan.ts';
import { listeners } from '../../../src/audit/host/listeners.ts';
import { type Asterisk, startAsterisk } from '../../support/asterisk/asterisk.ts';
import { asteriskSamples } from '../../support/asterisk/tree.ts';
import { suite } from '../../support/suite.ts';

const test = suite('audit: the real Asterisk reads the same', { timeout: 60_000 });

/** A dialplan in the words of both: contexts with their includes and `extension,priority,label,application`. */
type Listing = Record<string, { includes: string[]; steps: string[] }>;

const step = (extension: string, priority: number | string, label: string | undefined, app: string): string =>
  `${extension},${priority}${label === undefined ? '' : `(${label})`},${app.toLowerCase()}`;

/** What `dialplan show` prints of the contexts that came from the files. */
function shown(text: string): Listing {
  const contexts: Listing = {};
  let context: Listing[string] | null = null;
  let extension = '';
  for (const line of text.split('\n')) {
    const [, name] = /^\[ Context '(.*)' created by /.exec(line) ?? [];
    if (name !== undefined) context = contexts[name] = { includes: [], steps: [] };
    const [, included] = /^ {2}Include => +'(.*)' +\[/.exec(line) ?? [];
    if (included !== undefined) context!.includes.push(included.split(/[,|]/)[0]!);
    const [, exten, label, priority, app] =
      /^ {2,}(?:'(.*?)' (?:\(CID match '.*'\) )?=>|\[(.*?)\])? +(\d+)\. ([^(]*)\(.*\[.*\]$/.exec(line) ?? [];
    if (exten !== undefined) extension = exten;
    if (app !== undefined) context!.steps.push(step(extension, priority!, label, app));
  }
  return contexts;
}

const labelOf = ({ labels }: Extension, priority: number): string | undefined =>
  [...labels].find(([, p]) => p === priority)?.[0];

/** Asterisk does not print the label of this one. */
const first = ({ steps }: Extension): number => Math.min(...steps.keys());

/** The same of the files. */
function read(dir: string): Listing {
  const { contexts } = readDialplan(readConf(newReading(dir), 'extensions.conf'));
  return Object.fromEntries(
    [...contexts.values()].map(({ name, includes, extensions }) => [
      name,
      {
        includes,
        steps: [...extensions.values()].flatMap((e) =>
          [...e.steps].map(([priority, { app }]) =>
            step(e.name, priority, priority === first(e) ? undefined : labelOf(e, priority), app),
          ),
        ),
      },
    ]),
  );
}

const sorted = (listing: Listing): Listing =>
  Object.fromEntries(
    Object.entries(listing)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { includes, steps }]) => [name, { includes, steps: steps.sort() }]),
  );

const TRICKY = `[general]
static=yes
[globals]
NUMBER => 4711
AREA=030 ; not a comment\\; in a value
[tpl](!)
exten => _9X.,1,NoOp(from the template)
[first](tpl)
include => second
include => third,08:00-17:00,mon-fri,*,*
exten => 100,1,NoOp(one; a comment
exten => 100,n,NoOp(two\\;three)
exten => 100,n(label),NoOp("a,b",c) ;-- a block
exten => 100,n,NoOp(hidden)
--; same => n,NoOp(after)
exten => 100,n+10,Goto(label)
exten => 100,5,NoOp(twice)
exten => 100,5,NoOp(refused)
exten => \${NUMBER},1,NoOp
 same => n , NoOp( blanks )
exten=>_[1-3,5]XX!,1,NoOp(class)
exten = _+49.,1,NoOp(plus)
exten => _0[1-9]ZN.,1,Dial(PJSIP/\${EXTEN:1}@trunk,,g(a^b,c))
exten => _0[1-9]ZN.,n(x),ExecIf($["\${A}"="1"]?NoOp(a):NoOp(b))
exten => 55/101,1,NoOp(caller)
exten => s,hint,PJSIP/101
exten => h,1,Hangup
[second]
exten => s,1(begin),NoOp()
same => n,GotoIf(1?begin)
#include more.conf
[first](+)
exten => 200,1,NoOp(added)
[third]
exten => a.b-c,1,NoOp()
 EXTEN => i,1,NoOp(case)
`;

let pbx: Asterisk;
test.before(async () => {
  const files = { 'more.conf': 'exten => 77,1,NoOp(included)\n same => n,Return\n' };
  pbx = await startAsterisk({ dialplan: '', files: { ...files, 'extensions.conf': TRICKY } });
});
test.after(async () => {
  await pbx?.stop();
});

/** Contexts that Asterisk itself or a module makes. */
const OTHERS = /^(parkedcalls|__func_periodic_hook_context__|adhoc-conference)/;

const fromFiles = (listing: Listing): Listing =>
  Object.fromEntries(Object.entries(listing).filter(([name]) => !OTHERS.test(name)));

test('a dialplan full of what is easily misread', async () => {
  const real = fromFiles(shown(await pbx.cli('dialplan show')));
  assert.equal(sorted(read(join(pbx.dir, 'etc'))), sorted(real));
});

test("Debian's sample", async () => {
  const sample = readFileSync(join(await asteriskSamples(), 'extensions.conf'), 'utf8');
  writeFileSync(join(pbx.dir, 'etc/extensions.conf'), sample);
  await pbx.cli('dialplan reload');
  const real = fromFiles(shown(await pbx.cli('dialplan show')));
  assert.ok(Object.keys(real).length > 10);
  assert.equal(sorted(read(join(pbx.dir, 'etc'))), sorted(real));
});

test('its SIP and AMI ports are listed with its process and address', () => {
  const found = listeners('/proc').filter((l) => l.port === pbx.sipPort || l.port === pbx.amiPort);
  const said = found.map((l) => `${l.protocol} ${l.address} ${l.port === pbx.amiPort ? 'AMI' : 'SIP'} ${l.process}`);
  // Under its own loader the process has the loader's name.
  const name = readFileSync(`/proc/${pbx.pid()}/comm`, 'utf8').trim();
  assert.equal(said.sort(), [`tcp 127.0.0.1 AMI ${name}`, `udp 127.0.0.1 SIP ${name}`]);
});

test.run();
