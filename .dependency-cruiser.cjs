/**
 * The import rules of the house (ARCHITECTURE.md). Imports point one way:
 * app -> container, module screens and schemas, components, lib; services -> own domain, own repositories, lib, other
 * modules' services; domain -> nothing with I/O; repositories -> own domain, lib/db; lib -> lib.
 */

/** Everything of ours; a rule then says which part of it a layer may reach. */
const OURS = "^(app|components|lib|modules|prisma|scripts|tests)/";
/** Parts of lib that do no I/O and know no framework. */
const PURE_LIB = "^lib/(errors|ids|principal|types|money|phone|time|wording)(\\.ts$|/)";
/** What a module shows to browsers and to other modules' contracts. */
const CONTRACTS = "^modules/[^/]+/[a-z.-]*(schemas|topics)\\.ts$";
/** Rows that every change writes in its own transaction; the only repositories that other modules' services use. */
const SHARED_SINKS =
  "^modules/(audit/repositories/audit|realtime/repositories/live-event|notifications/repositories/notification-event)\\.repository\\.ts$";
const SIMULATOR = "^modules/twilio-simulator/";

/** A layer may reach only `may` among our own files. */
function layer(name, from, may, comment) {
  return {
    name,
    severity: "error",
    comment,
    from: { path: from, pathNot: SIMULATOR },
    to: { path: OURS, pathNot: may },
  };
}

module.exports = {
  forbidden: [
    layer(
      "app-layer",
      "^app/",
      [
        "^app/",
        "^modules/(container|contract-table)\\.ts$",
        // The wrapper of signed webhooks, which stands to its routes as lib/http/route does to the others.
        "^modules/twilio-voice/webhook\\.ts$",
        "^modules/[^/]+/(components|client)/",
        CONTRACTS,
        "^components/",
        "^lib/(?!db/)",
      ],
      "app -> container, module screens and schemas, components, lib (never the database)",
    ),
    layer(
      "services-layer",
      "^modules/([^/]+)/services/",
      [
        "^modules/$1/(domain|repositories|twiml|services)/",
        "^modules/[^/]+/services/",
        CONTRACTS,
        SHARED_SINKS,
        "^lib/",
      ],
      "services -> own domain, own repositories, lib, other modules' services",
    ),
    layer(
      "domain-layer",
      "^modules/([^/]+)/domain/",
      ["^modules/[^/]+/domain/", CONTRACTS, PURE_LIB],
      "domain -> nothing with I/O: domains, contracts and pure parts of lib",
    ),
    {
      name: "domain-is-pure",
      severity: "error",
      comment: "domain does no I/O: no Node modules but crypto and util, no packages but those that only compute",
      from: { path: "^modules/[^/]+/domain/", pathNot: SIMULATOR },
      to: {
        dependencyTypes: ["core", "npm", "npm-dev", "npm-optional", "npm-peer", "npm-no-pkg", "npm-unknown"],
        pathNot:
          "^(node:)?(crypto|util)$|(^|/)node_modules/(zod|libphonenumber-js|temporal-polyfill|bidi-js|escape-html)/",
      },
    },
    layer(
      "repositories-layer",
      "^modules/([^/]+)/repositories/",
      ["^modules/$1/(domain|repositories)/", "^modules/$1/topics\\.ts$", "^lib/db/", PURE_LIB],
      "repositories -> own domain, lib/db",
    ),
    layer(
      "adapters-layer",
      "^modules/([^/]+)/(adapters|twiml)/",
      ["^modules/[^/]+/domain/", "^modules/$1/(services|adapters|twiml)/", CONTRACTS, "^lib/(?!db/)"],
      "adapters and builders -> domains, the ports of own services, lib (never the database)",
    ),
    layer(
      "screens-layer",
      "^modules/([^/]+)/(components|client)/",
      [
        "^modules/$1/domain/",
        "^modules/[^/]+/(components|client)/",
        CONTRACTS,
        "^components/",
        "^lib/(?!db/|config/env)",
      ],
      "what runs in a browser -> own domain, screens and schemas, components, lib (never the database or secrets)",
    ),
    layer(
      "schemas-layer",
      "^modules/([^/]+)/[a-z.-]*(schemas|topics)\\.ts$",
      ["^modules/$1/domain/", CONTRACTS, "^lib/(?!db/)"],
      "contracts -> own domain, lib",
    ),
    layer(
      "components-layer",
      "^components/",
      ["^components/", "^lib/(?!db/|config/env)"],
      "components -> components, lib",
    ),
    layer("lib-layer", "^lib/", ["^lib/"], "lib -> lib: it knows no module"),
    {
      name: "container-is-for-the-edge",
      severity: "error",
      comment: "Only app is wired from the container; everything below gets what it needs handed in",
      from: { path: "^(components|lib|modules)/" },
      to: { path: "^modules/container\\.ts$" },
    },
    {
      name: "prisma-in-repositories-only",
      severity: "error",
      comment: "Only repositories and lib/db know Prisma",
      from: { pathNot: "^(modules/[^/]+/repositories|lib/db|prisma|scripts|tests)/" },
      to: { path: "^lib/db/generated/|(^|/)node_modules/(@prisma/(client|adapter-pg)|prisma)/" },
    },
    {
      name: "twilio-in-adapters-only",
      severity: "error",
      comment: "Only modules/twilio-voice/adapters imports the twilio package",
      from: { pathNot: "^(modules/twilio-voice/adapters|tests)/" },
      to: { path: "(^|/)node_modules/twilio/" },
    },
    {
      name: "voice-sdk-in-the-softphone-only",
      severity: "error",
      comment: "Only the softphone knows the Voice SDK",
      from: { pathNot: "^(modules/twilio-voice/(client|components)|tests)/" },
      to: { path: "(^|/)node_modules/@twilio/voice-sdk/" },
    },
    {
      name: "carrier-knows-no-product",
      severity: "error",
      comment: "The local carrier is a program of its own",
      from: { path: SIMULATOR },
      to: { path: OURS, pathNot: SIMULATOR },
    },
    {
      name: "product-knows-no-carrier",
      severity: "error",
      comment: "The product speaks to its carrier over the network only",
      from: { pathNot: [SIMULATOR, "^tests/"] },
      to: { path: SIMULATOR },
    },
    {
      name: "no-upward-import",
      severity: "error",
      comment: "Programs and tests use the product, never the other way round",
      from: { path: "^(components|lib|modules)/", pathNot: SIMULATOR },
      to: { path: "^(app|prisma|scripts|tests)/" },
    },
    {
      name: "no-cycle",
      severity: "error",
      comment: "No cycles, of types neither",
      from: { pathNot: SIMULATOR },
      to: { circular: true },
    },
    {
      name: "no-cycle-at-run-time",
      severity: "error",
      comment: "The carrier's engine may name its parts' types both ways; its modules never load in a circle",
      from: { path: SIMULATOR },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-barrel",
      severity: "error",
      comment: "Import the file that has it; index files hide what depends on what",
      from: {},
      to: { path: "/index[.]tsx?$", pathNot: "node_modules|^lib/db/generated/" },
    },
    {
      name: "no-unresolvable",
      severity: "error",
      comment: "Every import must exist",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: ["(^|/)node_modules/", "^lib/db/generated/"] },
    exclude: { path: "^\\.next/" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".mjs", ".js", ".d.ts"],
    },
  },
};
