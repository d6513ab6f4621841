-- AlterTable
ALTER TABLE "bulk_plan_chunks" ADD COLUMN     "teams" UUID[];

-- AlterTable
ALTER TABLE "bulk_plans" ADD COLUMN     "applied_by" UUID,
ADD COLUMN     "applied_by_label" TEXT,
ADD COLUMN     "needed" JSONB;
