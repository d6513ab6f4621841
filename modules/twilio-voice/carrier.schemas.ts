import { z } from "zod";
import { contract, everyone } from "@/lib/http/contract";
import { instant } from "@/lib/http/fields";

export const readCarrier = contract({
  method: "GET",
  path: "/api/carrier",
  summary: "Whether the telephone carrier answers us",
  access: everyone,
  response: z.strictObject({
    standing: z.enum(["closed", "open", "half_open"]).describe("of the circuit: closed is well"),
    since: instant.nullable(),
  }),
});

export const carrierContracts = [readCarrier];
