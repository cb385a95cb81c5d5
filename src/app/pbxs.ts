import type { FeatureCode } from '../guard/feature-code.ts';
import type { CallGuard } from '../guard/port-call-guard.ts';
import { serveFastAgi } from '../pbx/asterisk/fastagi.ts';
import { serveEslOutbound } from '../pbx/freeswitch/outbound.ts';
import type { SocketServer } from '../pbx/socket-server.ts';
import type { Wiring } from './wiring.ts';

export interface Listening {
  service: string;
  server: Pick<SocketServer, 'address' | 'connections' | 'drain'>;
}

/** Where PBXs ask. A port for FreeSWITCH that nobody configured and somebody else has is no reason not to guard Asterisk. */
export async function listenToPbxs(
  { config, log, closers }: Wiring,
  guard: CallGuard,
  code: FeatureCode,
): Promise<Listening[]> {
  const { agi, esl } = config();
  const fastAgi = await serveFastAgi(guard, { ...agi.listen, allow: agi.allow, key: agi.key, code, log });
  closers.push(() => fastAgi.drain(0));
  const pbxs: Listening[] = [{ service: 'FastAGI', server: fastAgi }];
  try {
    const server = await serveEslOutbound(guard, { ...esl.listen, allow: esl.allow, code, log });
    closers.push(() => server.drain(0));
    pbxs.push({ service: 'ESL', server });
  } catch (error) {
    if (esl.asked) throw error;
    log.warn('FreeSWITCH is not served', { why: (error as Error).message });
  }
  return pbxs;
}
