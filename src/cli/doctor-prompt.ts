import { formatAddress } from '../config/address.ts';
import type { Config } from '../config/load.ts';
import { withAmi } from '../pbx/asterisk/ami-once.ts';
import { PhoneNotTested, type PhoneTest, TEST_CODE, testPhone } from '../pbx/asterisk/phone-test.ts';
import type { Cli } from './command.ts';
import type { Finding } from './doctor.ts';
import { CommandError, STATUS } from './io.ts';
import { printJson, printRows } from './print.ts';

/** A phone as its endpoint is named, or a whole channel (`SIP/101`). */
const PHONE = /^([A-Za-z]+\/)?[\w.@+-]{1,80}$/;

function findings(test: PhoneTest): Finding[] {
  const when = (check: string, came: boolean | null): Finding => {
    if (came === null) return { check, state: 'warn', text: `not tried: nobody dialled ${TEST_CODE}` };
    return { check, state: came ? 'ok' : 'warn', text: came ? 'the key arrived' : 'no key arrived' };
  };
  const early = test.answered ? [when('early media', test.early)] : [];
  return [when('after answer', test.answered), ...early, advice(test)];
}

function advice({ answered, early }: PhoneTest): Finding {
  const check = 'recommended';
  if (!answered)
    return {
      check,
      state: 'fail',
      text: 'no key gets through at all: compare dtmf_mode of the endpoint with the phone',
    };
  if (early) return { check, state: 'ok', text: '[warning] answer = false would do for this phone; true works too' };
  return { check, state: 'ok', text: '[warning] answer = true, as it is by default' };
}

/**
 * `dialwarden doctor --prompt EXT`: calls a phone and tells whether its keys arrive after answer, and before it. Throws
 * CommandError where AMI is not configured, does not let us in, or the phone cannot be called.
 */
export async function promptTest(cli: Cli, { ami }: Config, phone: string, json: boolean | undefined): Promise<void> {
  if (!PHONE.test(phone)) throw new CommandError(`"${phone}" is no extension`, STATUS.usage);
  if (ami === null) throw new CommandError('--prompt calls a phone over AMI: configure [ami] in dialwarden.toml');
  const { connect, user, secret } = ami;
  let reached = false;
  const found = await withAmi({ ...connect, user, secret }, (connection) => {
    reached = true;
    cli.io.err(
      `Calling ${phone}: pick it up, and press 5 when you hear it. Then dial ${TEST_CODE} there, and press 5 again.\n`,
    );
    return testPhone(connection, phone);
  }).catch((error: Error) => {
    if (reached && !(error instanceof PhoneNotTested)) throw error;
    const login = `AMI on ${formatAddress(connect)} does not let ${user} in (${error.message}): compare [ami] with manager.conf`;
    throw new CommandError(reached ? error.message : login);
  });
  if (json) printJson(cli.io, [{ phone, answered: found.answered, early: found.early, answer: found.early !== true }]);
  else printRows(cli.io, findings(found), ['', 'CHECK', 'FOUND'], (f) => [f.state, f.check, f.text], '');
  if (!found.answered) cli.status = STATUS.failed;
}
