import type { Config } from '../config/load.ts';
import type { Guard } from '../guard/guard.ts';
import type { Log } from '../guard/log.ts';
import type { LiveCalls } from '../guard/port-live.ts';
import type { Bypass } from '../guard/undecided.ts';
import type { AmiConnection } from '../pbx/asterisk/ami-connection.ts';
import { asteriskLive } from '../pbx/asterisk/live.ts';
import { trunkHosts, watchSecurity } from '../pbx/asterisk/security.ts';
import type { EslInbound } from '../pbx/freeswitch/inbound.ts';
import { freeswitchLive } from '../pbx/freeswitch/live.ts';
import { gatewayHosts } from '../pbx/freeswitch/registrations.ts';
import type { IntrusionWatch } from './intrusion.ts';
import type { OutboundCalls } from './outbound-calls.ts';

/** The management connections that are configured. */
export function liveCalls(
  { ami, freeswitch }: Config,
  guard: Guard,
  outbound: OutboundCalls,
  { knock, trunks }: IntrusionWatch,
  log: Log,
): LiveCalls[] {
  const common = {
    onBypass(bypass: Bypass) {
      outbound.bypassed(bypass);
      guard.bypassed(bypass);
    },
    onAnswered: outbound.seen,
    log,
  };
  const live: LiveCalls[] = [];
  if (ami) {
    const watch = (connection: AmiConnection) => {
      watchSecurity(connection, Date.now, knock);
      trunks(() => (connection.connected() ? trunkHosts(connection) : null));
    };
    live.push(asteriskLive({ ...ami.connect, user: ami.user, secret: ami.secret, watch, ...common }));
  }
  if (freeswitch) {
    const watch = (connection: EslInbound) => trunks(() => (connection.connected() ? gatewayHosts(connection) : null));
    const { connect, password } = freeswitch;
    live.push(freeswitchLive({ ...connect, password, onKnock: knock, watch, ...common }, guard));
  }
  return live;
}
