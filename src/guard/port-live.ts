/** A PBX's live calls, as seen over its management connection (AMI, inbound ESL). */
export interface LiveCalls {
  pbx: string;
  /** Unique ids of the asking channels whose calls are up, or of their trunk legs; null while the PBX cannot be asked. */
  live(): Promise<Set<string> | null>;
  /** Ends a live call by its asking channel's unique id, whichever of its legs still lives. Returns how many channels. */
  hangup(uniqueid: string): Promise<number>;
  /** Called when a channel has ended. */
  onHangup(listener: () => void): void;
  connected(): boolean;
  close(): void;
}

/** A call that somebody answered behind a trunk, as the management connection saw it. All strings are hostile. */
export interface SeenCall {
  /** Of the channel that dialled, which is the one that asks; of the answered one where the PBX dialled by itself. */
  uniqueid: string;
  /** The dialling endpoint; null on Local channels and the like. */
  endpoint: string | null;
  /** What went to the trunk, with the trunk's own prefix where it has one. */
  digits: string;
  /** Asterisk context or FreeSWITCH domain. */
  realm: string;
}
