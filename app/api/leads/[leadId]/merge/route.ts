import { container, route } from "@/modules/container";
import { mergeLead } from "@/modules/leads/organise.schemas";

export const POST = route(mergeLead, async ({ principal, params, body, requestId }) => {
  const { lead, mergedLeadId, tagsLeftOut } = await container().leadMerges.merge(
    principal,
    params.leadId,
    body,
    requestId,
  );
  return { success: true, lead, merged_lead_id: mergedLeadId, tags_left_out: tagsLeftOut };
});
