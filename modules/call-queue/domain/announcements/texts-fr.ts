import type { AnnouncementTexts } from "./announcement-keys";

export const fr: AnnouncementTexts = {
  welcome: "Bienvenue. Merci de votre appel.",
  position_first: "Vous êtes en tête de la file d'attente.",
  position: "Vous êtes numéro {position} dans la file d'attente.",
  wait_minute: "Nous pensons vous répondre dans la minute.",
  wait_within: "Nous pensons vous répondre en {minutes} au plus.",
  wait_between: "Nous pensons vous répondre dans {low} à {high}.",
  wait_over: "Nous pensons vous répondre dans plus de {minutes}.",
  back_in_line: "Merci de votre patience. Vous êtes toujours dans la file d'attente.",
  agent_lost:
    "Nous avons perdu la liaison avec votre conseiller. Vous êtes en tête de la file, veuillez rester en ligne.",
  passing_on: "Nous transférons votre appel. Veuillez rester en ligne.",
  callback_offer:
    "Vous pouvez raccrocher sans perdre votre place : appuyez sur {key} et nous vous rappellerons quand ce sera votre tour.",
  callback_promised: "Nous vous rappellerons à ce numéro. Votre place dans la file est conservée. Au revoir.",
  callback_instead:
    "Personne ne peut prendre votre appel pour le moment. Nous vous rappellerons à ce numéro. Au revoir.",
  machine_message:
    "Bonjour. Nous vous avons appelé et nous regrettons de n'avoir pas pu vous joindre. Rappelez-nous quand vous voudrez. Au revoir.",
  closed: "Merci de votre appel. Nous sommes actuellement fermés. Veuillez rappeler pendant nos heures d'ouverture.",
  full: "Nous sommes désolés : trop de personnes attendent en ce moment. Veuillez rappeler plus tard.",
  max_wait: "Nous sommes désolés que personne n'ait pu prendre votre appel. Veuillez rappeler plus tard.",
  nobody: "Nous sommes désolés : personne n'est là pour prendre votre appel en ce moment. Veuillez rappeler plus tard.",
  overflow: "Nous sommes désolés de vous avoir fait attendre si longtemps. Veuillez rappeler plus tard.",
  voicemail_prompt: "Veuillez laisser un message après le signal sonore.",
  voicemail_instead:
    "Personne ne peut prendre votre appel pour le moment. Veuillez laisser un message après le signal sonore.",
  voicemail_thanks: "Merci de votre message. Au revoir.",
  voicemail_silent: "Nous n'avons pas entendu de message. Au revoir.",
  recording_consent: "Cet appel est enregistré. Dites-nous si vous ne le souhaitez pas.",
  rating_question: "Êtes-vous satisfait de cet appel ? Appuyez sur une touche de 1, pas du tout, à 5, tout à fait.",
  rating_thanks: "Merci beaucoup. Au revoir.",
  carrier_trouble:
    "Nous avons du mal à joindre les téléphones de nos conseillers. Vous gardez votre place et nous reprendrons dès que possible.",
  one_moment: "Un instant, s'il vous plaît. Nous sommes à vous tout de suite.",
  apology:
    "Nous sommes désolés : une erreur s'est produite de notre côté et nous ne pouvons pas prendre votre appel. Veuillez rappeler.",
};
