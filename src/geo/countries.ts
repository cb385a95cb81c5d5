import type { Config } from '../config/load.ts';
import type { Log } from '../guard/log.ts';
import { type CountryFile, openCountryFile } from './country-file.ts';

export interface Countries {
  /** ISO 3166 code of an address; null while there is no file that tells. */
  countryOf(address: string): string | null;
  /** Reads the file again, or another one. What cannot be read is told, and the guard goes on without. */
  reload(config: Pick<Config, 'geo'>): void;
}

export function createCountries(config: Pick<Config, 'geo'>, log: Pick<Log, 'info' | 'error'>): Countries {
  let open: CountryFile | null = null;
  const reload = ({ geo: { file } }: Pick<Config, 'geo'>) => {
    open = null;
    if (file === null) return;
    try {
      open = openCountryFile(file);
      log.info('countries of addresses are known', {
        file,
        type: open.type,
        built: new Date(open.built).toISOString(),
      });
    } catch (error) {
      log.error('countries of addresses are not known', { error: (error as Error).message });
    }
  };
  reload(config);
  return { countryOf: (address) => open?.countryOf(address) ?? null, reload };
}
