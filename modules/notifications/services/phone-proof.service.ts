import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { AppError, unprocessable } from "@/lib/errors";
import { actorOf, type Principal } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import type { SmsSender } from "../domain/outgoing";
import {
  CODE_MINUTES,
  codeInWords,
  MOST_A_DAY,
  MOST_TRIES,
  PAUSE_SECONDS,
  type PhoneCodes,
} from "../domain/phone-code";
import { phoneNeeded } from "../domain/preferences";
import type { PhoneProofRepository } from "../repositories/phone-proof.repository";
import type { PreferenceRepository } from "../repositories/preference.repository";

const DAY_SECONDS = 86_400;

/** Shows that a number for SMS is the person's own, before anything else is sent there. */
export class PhoneProof {
  constructor(
    private readonly db: Db,
    private readonly preferences: PreferenceRepository,
    private readonly proofs: PhoneProofRepository,
    private readonly sms: SmsSender,
    private readonly codes: PhoneCodes,
  ) {}

  /**
   * Sends a code to the person's number; nothing when it is proven. A process that dies before it is sent has the person
   * ask again. Throws 422 phone_needed, phone_refused by the carrier; 429 too_many_codes; 503 sms_unavailable.
   */
  async send(principal: Principal, requestId: string): Promise<void> {
    const code = this.codes.fresh();
    const phone = await inTransaction(this.db, (tx) => this.begin(tx, principal, code, requestId));
    if (phone === undefined) return;
    const outcome = await this.sms.send({ to: phone, body: codeInWords(code) });
    if (outcome.kind === "refused") {
      throw unprocessable("phone_refused", `The carrier does not send to this number: ${outcome.why}`, {
        field: "phone",
      });
    }
    // Where nobody knows whether it went, it may arrive.
    if (outcome.kind === "later" && !outcome.uncertain) throw unavailable();
  }

  /** Takes the code that the person read. Throws 422 code_not_right, which counts; code_not_valid when a new one is needed. */
  async prove(principal: Principal, code: string, requestId: string): Promise<void> {
    const { userId } = principal;
    const isRight = await inTransaction(this.db, async (tx) => {
      await this.preferences.lock(tx, userId);
      const person = await this.preferences.one(userId, tx);
      if (person?.phoneProven) return true;
      const proof = await this.proofs.find(tx, userId);
      const isOver = !proof || proof.secondsSinceSent > CODE_MINUTES * 60 || proof.tries >= MOST_TRIES;
      if (isOver || proof.phone !== person?.phone || proof.codeTag === "") throw notValid();
      await this.proofs.countTry(tx, userId);
      if (!this.codes.isRight(proof.codeTag, userId, proof.phone, code)) return false;
      await this.proofs.proven(tx, userId);
      await this.note(tx, principal, "notification_phone.proven", requestId);
      return true;
    });
    // Behind the commit: a wrong one counts.
    if (!isRight) throw unprocessable("code_not_right", "That is not the code that was sent.", { field: "code" });
  }

  /** Keeps a new code; answers the number that it is to be sent to. */
  private async begin(tx: Tx, principal: Principal, code: string, requestId: string): Promise<string | undefined> {
    const { userId } = principal;
    await this.preferences.lock(tx, userId);
    const person = await this.preferences.one(userId, tx);
    if (person?.phone === undefined) throw phoneNeeded();
    if (person.phoneProven) return undefined;
    const last = await this.proofs.find(tx, userId);
    if (last && last.secondsSinceSent < PAUSE_SECONDS) throw tooMany(PAUSE_SECONDS - last.secondsSinceSent);
    const isNewDay = !last || last.secondsOfThatDay >= DAY_SECONDS;
    if (!isNewDay && last.sentThatDay >= MOST_A_DAY) throw tooMany(DAY_SECONDS - last.secondsOfThatDay);
    await this.proofs.put(tx, userId, person.phone, this.codes.tag(userId, person.phone, code), isNewDay);
    await this.note(tx, principal, "notification_phone.code_sent", requestId);
    return person.phone;
  }

  private note(tx: Tx, principal: Principal, action: string, requestId: string): Promise<void> {
    const actor = { ...actorOf(principal), requestId };
    return writeAudit(tx, actor, [{ action, entityType: "user", entityId: principal.userId }]);
  }
}

const tooMany = (seconds: number): AppError =>
  new AppError(
    429,
    "too_many_codes",
    `A code was sent just now, or ${MOST_A_DAY} were today. Wait before you ask for another.`,
    { max_a_day: MOST_A_DAY },
    Math.max(1, Math.ceil(seconds)),
  );

const notValid = (): AppError =>
  unprocessable("code_not_valid", "This code is not good any more, or was guessed too often. Ask for a new one.", {
    field: "code",
  });

const unavailable = (): AppError =>
  new AppError(
    503,
    "sms_unavailable",
    "The carrier takes no SMS at the moment. Ask for a new code in a minute.",
    {},
    PAUSE_SECONDS,
  );
