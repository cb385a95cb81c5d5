// biome-ignore-all lint/suspicious/noTemplateCurlyInString: dialplan variables.
import * as assert from 'uvu/assert';
import { suite } from '../../support/suite.ts';
import { GUARDED, shipped, ways } from './support.ts';

const test = suite('audit: ways to a trunk of FreePBX');

const FREEPBX = (call: string) => `#include extensions_additional.conf
#include extensions_custom.conf
[from-internal]
include => outrt-1
[macro-dialout-trunk-predial-hook]
exten => s,1,${call === 'Macro' ? 'MacroExit' : 'Return'}()
`;

const ROUTES = (macro: boolean) => `[globals]
OUT_1=PJSIP/provider
[outrt-1]
exten => _0.,1,Set(MOHCLASS=default)
exten => _0.,n,${macro ? 'Macro(dialout-trunk,1,${EXTEN},,off)' : 'Gosub(macro-dialout-trunk,s,1(1,${EXTEN},,off))'}
[macro-dialout-trunk]
exten => s,1,Set(DIAL_TRUNK=\${ARG1})
exten => s,n,Set(DIAL_NUMBER=\${ARG2})
exten => s,n(gocall),${macro ? 'Macro(dialout-trunk-predial-hook,)' : 'Gosub(macro-dialout-trunk-predial-hook,s,1())'}
exten => s,n,GotoIf($["\${PREDIAL_HOOK_RET}" = "BYPASS"]?bypass,1)
exten => s,n,Dial(\${OUT_\${DIAL_TRUNK}}/\${OUTNUM}\${OUT_\${DIAL_TRUNK}_SUFFIX},300,T)
exten => bypass,1,NoOp()
`;

test('FreePBX 16 and 17: the hook asks for every trunk', () => {
  for (const [version, macro] of [
    ['16', true],
    ['17', false],
  ] as const) {
    const files = {
      'extensions_additional.conf': ROUTES(macro),
      'extensions_custom.conf': '',
      ...GUARDED,
      'freepbx.conf': shipped(`freepbx${version}.conf`),
    };
    const call = macro ? 'Macro' : 'Gosub';
    assert.equal(ways(FREEPBX(call), files), ['high guard_not_asked extensions_additional.conf:11'], version);
    const hooked = { ...files, 'extensions_custom.conf': '#include dialwarden.conf\n#include freepbx.conf\n' };
    assert.equal(ways(FREEPBX(call), hooked), [], version);
  }
});

test.run();
