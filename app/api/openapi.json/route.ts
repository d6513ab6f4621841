import { openApiDocument } from "@/lib/http/openapi";
import { container, route } from "@/modules/container";
import { contractTable } from "@/modules/contract-table";
import { readOpenApi } from "@/modules/system/schemas";

export const GET = route(readOpenApi, async () => openApiDocument(contractTable, container().env.PUBLIC_BASE_URL));
