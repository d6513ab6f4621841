import { alertsCron } from "@/modules/alerts/schemas";
import { container, route } from "@/modules/container";

export const GET = route(alertsCron, async () => {
  const { alertBook, alertWatch, searchAlerts } = container();
  await alertWatch.round();
  const { counted } = await searchAlerts.round();
  return { success: true, searches_counted: counted, ended: await alertBook.settle() };
});
