import type { AnnouncementTexts } from "./announcement-keys";

export const es: AnnouncementTexts = {
  welcome: "Le damos la bienvenida. Gracias por llamar.",
  position_first: "Es usted la primera persona en la fila.",
  position: "Ocupa usted el puesto número {position} de la fila.",
  wait_minute: "Calculamos que le atenderemos en menos de un minuto.",
  wait_within: "Calculamos que le atenderemos en un máximo de {minutes}.",
  wait_between: "Calculamos que le atenderemos en un plazo de {low} a {high}.",
  wait_over: "Calculamos que tardaremos más de {minutes} en atenderle.",
  back_in_line: "Gracias por esperar. Usted sigue en la fila.",
  agent_lost: "Hemos perdido la conexión con su agente. Es usted la primera persona en la fila; por favor, no cuelgue.",
  passing_on: "Le pasamos la llamada. Por favor, no cuelgue.",
  callback_offer: "Puede colgar sin perder su lugar: pulse {key} y le devolveremos la llamada cuando llegue su turno.",
  callback_promised: "Le devolveremos la llamada a este número. Conservamos su lugar en la fila. Hasta luego.",
  callback_instead: "En este momento nadie puede atender su llamada. Se la devolveremos a este número. Hasta luego.",
  machine_message:
    "Buenos días. Le hemos llamado y sentimos no haberle encontrado. Por favor, llámenos cuando le convenga. Hasta luego.",
  closed:
    "Gracias por llamar. En este momento estamos cerrados. Por favor, vuelva a llamar en nuestro horario de atención.",
  full: "Lo sentimos: en este momento hay demasiadas personas esperando. Por favor, vuelva a llamar más tarde.",
  max_wait: "Sentimos que nadie haya podido atender su llamada. Por favor, vuelva a llamar más tarde.",
  nobody:
    "Lo sentimos: en este momento no hay nadie que pueda atender su llamada. Por favor, vuelva a llamar más tarde.",
  overflow: "Sentimos que haya esperado tanto tiempo. Por favor, vuelva a llamar más tarde.",
  voicemail_prompt: "Por favor, deje un mensaje después de la señal.",
  voicemail_instead: "En este momento nadie puede atender su llamada. Por favor, deje un mensaje después de la señal.",
  voicemail_thanks: "Gracias por su mensaje. Hasta luego.",
  voicemail_silent: "No hemos oído ningún mensaje. Hasta luego.",
  recording_consent: "Esta llamada se graba. Díganos si no lo desea.",
  rating_question: "¿Ha quedado satisfecho con esta llamada? Pulse una tecla del 1, nada, al 5, mucho.",
  rating_thanks: "Muchas gracias. Hasta luego.",
  carrier_trouble:
    "Tenemos problemas para llamar a los teléfonos de nuestros agentes. Usted conserva su lugar en la fila y seguiremos en cuanto podamos.",
  one_moment: "Un momento, por favor. Enseguida le atendemos.",
  apology: "Lo sentimos: algo ha fallado por nuestra parte y no podemos atender su llamada. Por favor, llame de nuevo.",
};
