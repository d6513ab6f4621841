import { bootstrap } from "./bootstrap.mjs";

await bootstrap("scripts/build/generate-main.ts");
