-- Whether a number for SMS was shown to be the person's own: by a code that was sent there.
ALTER TABLE "notification_preferences" ADD COLUMN "phone_proven" BOOLEAN NOT NULL DEFAULT FALSE;

-- The last code that a person was sent: of the code itself only a keyed hash.
CREATE TABLE "phone_proofs" (
    "user_id" UUID NOT NULL,
    "phone" TEXT NOT NULL,
    "code_tag" TEXT NOT NULL,
    "sent_at" TIMESTAMPTZ(3) NOT NULL,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "day_began" TIMESTAMPTZ(3) NOT NULL,
    "sent_that_day" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "phone_proofs_pkey" PRIMARY KEY ("user_id")
);

ALTER TABLE "phone_proofs" ADD CONSTRAINT "phone_proofs_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
