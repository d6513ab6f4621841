import { createStore } from "@/lib/client/store";

/** A call out that the server has taken: the phone of this browser is to dial into it. */
export interface CallOutWish {
  callId: string;
  offerId: string;
  /** The customer's number, as shown until more is known. */
  to: string;
}

/** From a button on any page to the dock, which has the phone. */
export const callOutWish = createStore<CallOutWish | null>(null);
