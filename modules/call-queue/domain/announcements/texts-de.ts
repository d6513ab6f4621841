import type { AnnouncementTexts } from "./announcement-keys";

export const de: AnnouncementTexts = {
  welcome: "Willkommen. Vielen Dank für Ihren Anruf.",
  position_first: "Sie stehen an erster Stelle in der Warteschlange.",
  position: "Sie stehen an Stelle {position} in der Warteschlange.",
  wait_minute: "Wir nehmen Ihren Anruf voraussichtlich innerhalb einer Minute an.",
  wait_within: "Wir nehmen Ihren Anruf voraussichtlich innerhalb von {minutes} an.",
  wait_between: "Wir nehmen Ihren Anruf voraussichtlich in {low} bis {high} an.",
  wait_over: "Es dauert voraussichtlich länger als {minutes}, bis wir Ihren Anruf annehmen.",
  back_in_line: "Vielen Dank für Ihre Geduld. Sie stehen weiterhin in der Warteschlange.",
  agent_lost:
    "Die Verbindung zu unserem Mitarbeiter ist abgebrochen. Sie stehen an erster Stelle, bitte bleiben Sie am Apparat.",
  passing_on: "Wir verbinden Sie weiter. Bitte bleiben Sie am Apparat.",
  callback_offer:
    "Sie können auflegen, ohne Ihren Platz zu verlieren: Drücken Sie die {key}, und wir rufen Sie zurück, sobald Sie an der Reihe sind.",
  callback_promised:
    "Wir rufen Sie unter dieser Nummer zurück. Ihr Platz in der Warteschlange bleibt Ihnen erhalten. Auf Wiederhören.",
  callback_instead:
    "Im Moment kann niemand Ihren Anruf annehmen. Wir rufen Sie unter dieser Nummer zurück. Auf Wiederhören.",
  machine_message:
    "Guten Tag. Wir haben Sie angerufen und leider nicht erreicht. Bitte rufen Sie uns zurück, wann es Ihnen passt. Auf Wiederhören.",
  closed:
    "Vielen Dank für Ihren Anruf. Wir haben zurzeit geschlossen. Bitte rufen Sie während unserer Geschäftszeiten wieder an.",
  full: "Es tut uns leid: Im Moment warten zu viele Anrufer. Bitte rufen Sie später wieder an.",
  max_wait: "Es tut uns leid, dass niemand Ihren Anruf annehmen konnte. Bitte rufen Sie später wieder an.",
  nobody: "Es tut uns leid: Im Moment ist niemand da, der Ihren Anruf annehmen kann. Bitte rufen Sie später wieder an.",
  overflow: "Es tut uns leid, dass Sie so lange gewartet haben. Bitte rufen Sie später wieder an.",
  voicemail_prompt: "Bitte hinterlassen Sie nach dem Ton eine Nachricht.",
  voicemail_instead: "Im Moment kann niemand Ihren Anruf annehmen. Bitte hinterlassen Sie nach dem Ton eine Nachricht.",
  voicemail_thanks: "Vielen Dank für Ihre Nachricht. Auf Wiederhören.",
  voicemail_silent: "Wir haben keine Nachricht gehört. Auf Wiederhören.",
  recording_consent: "Dieses Gespräch wird aufgezeichnet. Sagen Sie uns, wenn Sie das nicht möchten.",
  rating_question: "Wie zufrieden waren Sie mit diesem Gespräch? Drücken Sie eine Taste von 1, gar nicht, bis 5, sehr.",
  rating_thanks: "Vielen Dank. Auf Wiederhören.",
  carrier_trouble:
    "Wir können die Telefone unserer Mitarbeiter gerade nicht erreichen. Ihr Platz in der Warteschlange bleibt Ihnen erhalten, und es geht weiter, sobald wir können.",
  one_moment: "Einen Moment bitte. Wir sind gleich für Sie da.",
  apology:
    "Es tut uns leid: Bei uns ist etwas schiefgegangen, und wir können Ihren Anruf nicht annehmen. Bitte rufen Sie noch einmal an.",
};
