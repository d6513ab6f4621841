import { alertsCron } from "@/modules/alerts/schemas";
import { container, route } from "@/modules/container";

export const GET = route(alertsCron, async () => {
  const { alertBook, alertWatch, flagExperiments, searchAlerts } = container();
  await alertWatch.round();
  const { counted } = await searchAlerts.round();
  const flags_switched_off = await flagExperiments.round();
  return { success: true, flags_switched_off, searches_counted: counted, ended: await alertBook.settle() };
});
