/** An answer of the REST API that is an error, with Twilio's number. */
export class RestError extends Error {
  override readonly name = "RestError";
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export function notFound(resource: string): RestError {
  return new RestError(404, 20_404, `The requested resource ${resource} was not found`);
}

/** An error in the JSON that Twilio sends. */
export function errorBody(status: number, code: number, message: string) {
  return { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status };
}
