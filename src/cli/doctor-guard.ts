import { get } from 'node:http';
import { type Address, formatAddress } from '../config/address.ts';
import type { Config } from '../config/load.ts';
import type { Finding } from './doctor.ts';
import { PATIENCE_MS } from './probe.ts';

interface Health {
  status: string;
  ledger?: string;
}

function healthOf({ host, port }: Address): Promise<Health | null> {
  return new Promise((resolve) => {
    const request = get({ host, port, path: '/healthz', timeout: PATIENCE_MS }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve(parsed(body)));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(null));
  });
}

function parsed(body: string): Health | null {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/** Whether the guard is up and can use its database. */
export async function guardCheck({ listen }: Config['http']): Promise<Finding> {
  const at = formatAddress(listen);
  const health = await healthOf(listen);
  if (health?.status === 'ok') return { check: 'guard', state: 'ok', text: `http://${at}/healthz says it is well` };
  const why = health ? (health.ledger ?? health.status) : `no answer on ${at}`;
  return { check: 'guard', state: 'fail', text: `${why}: see its log (journalctl -u dialwarden)` };
}
