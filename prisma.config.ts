import { defineConfig } from "prisma/config";

/**
 * Where Prisma's own command line finds things. DATABASE_URL may be missing (generate and validate need none), so it
 * is only named when it is set.
 */
const url = process.env.DATABASE_URL;

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations", seed: "tsx scripts/seed-if-empty.ts" },
  ...(url ? { datasource: { url } } : {}),
});
