import * as assert from 'uvu/assert';
import { ConfigError } from '../../src/config/error.ts';
import { type Config, readConfig } from '../../src/config/load.ts';

export const BERLIN = { TZ: 'Europe/Berlin' };

export const read = (text: string, env: NodeJS.ProcessEnv = BERLIN): Config => readConfig(text, 'dialwarden.toml', env);
export const policy = (text: string, env: NodeJS.ProcessEnv = BERLIN) => read(text, env).settings.sites.at(-1)!.policy;

/** What a configuration that is refused is told. */
export function refused(text: string, env: NodeJS.ProcessEnv = BERLIN): string {
  try {
    read(text, env);
  } catch (error) {
    assert.instance(error, ConfigError);
    return (error as Error).message;
  }
  throw new Error('it was accepted');
}
