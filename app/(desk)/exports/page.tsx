import type { Metadata } from "next";
import { ExportList } from "@/modules/exports/components/export-list";

export const metadata: Metadata = { title: "Exports" };

export default function ExportsPage() {
  return <ExportList />;
}
