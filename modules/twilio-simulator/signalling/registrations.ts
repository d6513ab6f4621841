import type { SdkSocket } from "./sdk-socket";

/** Browsers of one person; the oldest gives way to a new one beyond that. */
const MOST_DEVICES = 16;

/** Which sockets ring for which identity. An identity without sockets takes no memory. */
export class Registrations {
  private readonly byIdentity = new Map<string, Set<SdkSocket>>();

  add(identity: string, socket: SdkSocket): void {
    const sockets = this.byIdentity.get(identity) ?? new Set();
    const [oldest] = sockets;
    if (sockets.size >= MOST_DEVICES && oldest) {
      sockets.delete(oldest);
      oldest.close();
    }
    sockets.add(socket);
    this.byIdentity.set(identity, sockets);
  }

  remove(identity: string, socket: SdkSocket): void {
    const sockets = this.byIdentity.get(identity);
    sockets?.delete(socket);
    if (sockets?.size === 0) this.byIdentity.delete(identity);
  }

  of(identity: string): SdkSocket[] {
    return [...(this.byIdentity.get(identity) ?? [])];
  }

  identities(): string[] {
    return [...this.byIdentity.keys()];
  }
}
