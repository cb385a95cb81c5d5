/** Where adapters and the guard write what happened. One structured line an event, never a secret in `fields`. */
export interface Log {
  info(event: string, fields: object): void;
  warn(event: string, fields: object): void;
  error(event: string, fields: object): void;
}
