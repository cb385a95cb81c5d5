/** Networks and addresses that are everybody. */
export const isEverybody = (network: string): boolean =>
  /^(0\.0\.0\.0(\/(0|0\.0\.0\.0))?|::(\/0)?|\[::\]|0\/0|\*|all)$/.test(network.trim());

/** An address that only this machine reaches, with or without its port. */
export const isLoopback = (address: string): boolean =>
  /^(127(\.\d+){3}|\[::1\]|localhost)(:\d+)?$|^::1$/.test(address.trim());
