import { bootstrap } from "./bootstrap.mjs";

await bootstrap("scripts/start/with-database.ts");
