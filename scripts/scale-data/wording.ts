/** What generated leads are made of. Earlier entries of each list are drawn more often than later ones. */
export const firstNames = [
  ..."Olivia James Maria David Anna Michael Sofia Daniel Emma Thomas Laura Peter Julia Martin Sarah".split(" "),
  ..."Robert Elena Paul Nina Mark Clara Simon Eva Lucas Hannah Felix Leila Oscar Maya Victor Irene".split(" "),
  ..."Hugo Alice Samuel Ines Theo Amelia Noah Priya Mateo Yuki Kwame Liam Fatima Ethan Jonas Naomi".split(" "),
  ..."Camila Arjun Tomas Zoe Samir Freya Mei Rosa Caleb Anya Nadia Grace Omar Isaac Lucia Henrik".split(" "),
  ..."Ravi Chloe Marta Ivan Aisha Bruno Dalia Emil Gita Hector Iris Jalil Karin Lars Mona Nils".split(" "),
  ..."Orla Pablo Quinn Rhea Stefan Tara Ulrik Vera Wanda Xavier Yara Zane Åsa Björn Chiara Dário".split(" "),
  ..."Élodie Françoise Gábor Håkon Jürgen Łukasz Mårten Núria Óscar Šárka Zoë Дмитрий Елена 美咲 伟".split(" "),
] as const;

/** Surnames are a beginning and an end: 60 by 40 of them. */
export const surnameBeginnings = [
  ..."John Ander Peter Berg Lind Wester Hart Whit Black Green Stone Wood Brook Ash Wal Har Mar Nor".split(" "),
  ..."Sund Holm Ros Stein Klein Neu Gold Silber Wein Roth Schwar Braun Fern Ro Her Lo Mal Mon Vil".split(" "),
  ..."Cas San Del Al Bel Cor Dan Far Gar Is Jan Kar Lam Nak Oka Per Tan Um Var Zel Quar Yev".split(" "),
] as const;
export const surnameEnds = [
  ..."son sen man field wood berg ström ley ton ford well worth gren dahl mann stein feld bach".split(" "),
  ..."ez ano etti ini ova ski wicz escu idis oğlu yan adze moto mura ta oka aga deh kar nath".split(" "),
] as const;

export const mailHosts = [
  "example.com",
  "mail.example.com",
  "example.org",
  "office.example.net",
  "example.net",
] as const;
export const sources = ["web", "referral", "phone", "event", "partner", "advert", "import", "chat"] as const;
export const tags = [
  ..."newsletter enterprise trial demo-booked renewal price-sensitive decision-maker student reseller".split(" "),
  ..."returning hot vip event-2026 do-not-hurry webinar nonprofit public-sector competitor migration beta".split(" "),
] as const;
/** Open dispositions first; how often each is drawn stands beside it, in parts of a hundred. */
export const dispositionShares = [
  ["new", 34],
  ["attempted", 18],
  ["contacted", 14],
  ["interested", 7],
  ["follow_up", 9],
  ["converted", 6],
  ["not_interested", 6],
  ["wrong_number", 2],
  ["do_not_call", 1],
  ["closed", 3],
] as const;

/** A note is one of each, in this order, and now and then a reference. */
export const noteOpenings = [
  "Called and left a message.",
  "Spoke briefly, asked to ring again.",
  "Sent the price list by e-mail.",
  "Wants a quotation before the end of the month.",
  "Interested, needs approval from the board.",
  "Asked about delivery times.",
  "Compared us with the present supplier.",
  "No answer, tried twice.",
  "Met at the fair, remembered the demo.",
  "Moved to another office, new address on file.",
] as const;
export const noteMiddles = [
  "Budget is settled for this quarter.",
  "Prefers the afternoon.",
  "The colleague in accounting decides.",
  "Would start with five seats.",
  "Asked for references from the same trade.",
  "Worried about moving the old records.",
  "Needs an invoice in advance.",
  "Happy with the trial so far.",
  "Wants single sign-on.",
  "Contract elsewhere until spring.",
] as const;
export const noteEnds = [
  "Next call on Monday.",
  "Follow up in two weeks.",
  "Send the brochure.",
  "Maple Street depot is the site in question.",
  "Harbour warehouse needs a visit.",
  "Quokka is the project's name.",
  "Nothing further now.",
  "Book a demonstration.",
] as const;
