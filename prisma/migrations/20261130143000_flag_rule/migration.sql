-- A flag that is rolled out switches itself off when calls with it are shown to do worse, by more points than this.
ALTER TABLE "feature_flags" ADD COLUMN "worse_by_points" INTEGER;
ALTER TABLE "feature_flags" ADD CONSTRAINT "feature_flags_worse_by_bounds" CHECK ("worse_by_points" BETWEEN 1 AND 50);
