/**
 * Chance that is the same on every machine: SQL expressions over Postgres's own seeded hash of a row's number. Each use
 * takes a salt of its own, since one salt is one throw of the dice.
 */
export interface SeededSql {
  /** A number of [0, 1) for the row `row`. */
  chance(row: string, salt: number | string): string;
  /** An entry of `values`, each as likely as the others when `bias` is 1, the first ones likelier when it is more. */
  oneOf(values: readonly string[], row: string, salt: number | string, bias?: number): string;
}

export function seededSql(seed: number): SeededSql {
  const chance = (row: string, salt: number | string): string =>
    `((hashint8extended((${row})::bigint, (${salt})::bigint * 1000003 + ${seed}) & 2147483647)::float8 / 2147483648)`;
  return {
    chance,
    oneOf: (values, row, salt, bias = 1) =>
      `(${textArray(values)})[1 + floor(power(${chance(row, salt)}, ${bias}) * ${values.length})::int]`,
  };
}

export function textArray(values: readonly string[]): string {
  return `ARRAY[${values.map(quoted).join(",")}]::text[]`;
}

export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A version 7 identifier made of a time and a number, as text for ::uuid. */
export function idOf(time: string, row: string, kind: string): string {
  const digest = `md5(${quoted(kind)} || (${row})::text)`;
  return `(lpad(to_hex((extract(epoch FROM ${time}) * 1000)::bigint), 12, '0') || '7' || substr(${digest}, 1, 3) ||
    '8' || substr(${digest}, 4, 15))::uuid`;
}
