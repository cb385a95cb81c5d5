import { type AgiRequest, type AgiServer, type Answer, agiServer } from './agi/server.ts';
import { type Lab, type LabOptions, startLab } from './lab.ts';
import { suite } from './suite.ts';

/** A suite with a real Asterisk whose guard is a script: no test hears what another left over. */
export function scriptedLab(name: string, answer: (request: AgiRequest) => Answer, options: Omit<LabOptions, 'agi'>) {
  const test = suite<{ agi: AgiServer; lab: Lab }>(name, { timeout: 15_000 });
  test.before(async (ctx) => {
    ctx.agi = await agiServer(answer);
    ctx.lab = await startLab({ ...options, agi: ctx.agi.port });
  });
  test.after(async ({ agi, lab }) => {
    await lab?.close();
    await agi?.close();
  });
  test.before.each(async ({ agi, lab }) => {
    await lab.quiet();
    agi.requests.length = 0;
  });
  return test;
}
