-- AlterTable
ALTER TABLE "bulk_plans" ADD COLUMN     "preparation" JSONB,
ADD COLUMN     "prepared" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "idempotency_keys" ADD COLUMN     "headers" JSONB,
ADD COLUMN     "run" TEXT;

-- CreateTable
CREATE TABLE "idempotency_steps" (
    "principal" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "result" BYTEA NOT NULL,

    CONSTRAINT "idempotency_steps_pkey" PRIMARY KEY ("principal","key","name")
);

-- AddForeignKey
ALTER TABLE "idempotency_steps" ADD CONSTRAINT "idempotency_steps_principal_key_fkey" FOREIGN KEY ("principal", "key") REFERENCES "idempotency_keys"("principal", "key") ON DELETE CASCADE ON UPDATE CASCADE;
