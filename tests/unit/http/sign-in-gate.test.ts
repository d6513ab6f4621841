import { describe, expect, it } from "vitest";
import { settleSignIn, signedInAgain, signInsSoFar } from "@/lib/client/sign-in-gate";

describe("signing in again over the page", () => {
  it("is asked for once by all who were refused, and not by a refusal of the old session that comes late", async () => {
    const before = signInsSoFar();
    const refused = [signedInAgain(undefined, before), signedInAgain(undefined, before)];
    settleSignIn(true);
    expect(await Promise.all(refused)).toEqual([true, true]);
    expect(await signedInAgain(undefined, before)).toBe(true);
    const nextEnd = signedInAgain(undefined, signInsSoFar());
    settleSignIn(false);
    expect(await nextEnd).toBe(false);
    // Who would not sign in is asked again by the next request.
    const again = signedInAgain(undefined, signInsSoFar());
    settleSignIn(true);
    expect(await again).toBe(true);
  });
});
