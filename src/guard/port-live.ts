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
