/** Matches the Voice SDK's signalling socket, whatever edge it names, and nothing else. */
const SIGNALLING = /^wss:\/\/[^/]+\/signal(?:$|[?#])/;

/** The address to use in place of `url`: the carrier's for the SDK's signalling socket, unchanged for all others. */
export function redirectedUrl(url: string, signalUrl: string): string {
  return SIGNALLING.test(url) ? signalUrl : url;
}

interface RedirectedWindow {
  WebSocket: typeof WebSocket;
  evenhandSignalUrl?: string;
}

/**
 * Sends the Voice SDK's signalling to a carrier of our own. The SDK has no public option for a plain-text socket, so
 * the global WebSocket is wrapped; call before importing the SDK, which keeps the constructor it finds. Repeating it
 * only changes the address.
 */
export function redirectSignalling(target: RedirectedWindow, signalUrl: string): void {
  const installed = target.evenhandSignalUrl !== undefined;
  target.evenhandSignalUrl = signalUrl;
  if (installed) return;
  const Native = target.WebSocket;
  target.WebSocket = class extends Native {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(redirectedUrl(String(url), target.evenhandSignalUrl ?? String(url)), protocols);
    }
  };
}
