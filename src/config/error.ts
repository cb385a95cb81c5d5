/** The configuration cannot be used. The message is one line (or one line a problem) that says where and what to do. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}
