-- Since when the device of a session is there: a ring placed before says nothing about it.
ALTER TABLE "agent_sessions" ADD COLUMN "deviceSince" TIMESTAMPTZ(3);
