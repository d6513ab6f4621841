import { reportDeviceTest } from "@/modules/agents/presence.schemas";
import { container, route } from "@/modules/container";

export const POST = route(reportDeviceTest, ({ principal, body, requestId }) =>
  container().deviceTests.report(principal, { ...body, problems: body.problems ?? [] }, requestId),
);
