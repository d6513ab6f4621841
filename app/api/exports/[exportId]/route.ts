import { container, route } from "@/modules/container";
import { readExport } from "@/modules/exports/schemas";

export const GET = route(readExport, ({ principal, params }) => container().exports.read(principal, params.exportId));
