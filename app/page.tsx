import { redirect } from "next/navigation";
import { currentPrincipal, homeOf } from "./current-principal";

export default async function Home() {
  const principal = await currentPrincipal();
  redirect(principal ? homeOf(principal) : "/sign-in");
}
