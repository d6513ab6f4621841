-- Days of the week (1: Monday) on which a queue rings people who are to be called back.
ALTER TABLE "callback_settings"
  ADD COLUMN "call_days" INTEGER[] NOT NULL DEFAULT ARRAY[1, 2, 3, 4, 5, 6, 7]::INTEGER[];
ALTER TABLE "callback_settings" ADD CONSTRAINT "callback_settings_call_days"
  CHECK (cardinality("call_days") BETWEEN 1 AND 7 AND "call_days" <@ ARRAY[1, 2, 3, 4, 5, 6, 7]);
