import { TEMPLATE } from '../config/template.ts';

/** What is asked about a site at its installation. Empty: as dialwarden guesses, or without. */
export interface Answers {
  country?: string | undefined;
  outsideLine?: string | undefined;
  /** Who is mailed about incidents, over the mail server of this machine. */
  mail?: string | undefined;
}

function uncomment(text: string, key: string, value: string): string {
  return text.replace(new RegExp(`^# ${key} = .*?(?=  +#|$)`, 'm'), () => `${key} = ${value}`);
}

/** A dialwarden.toml in which every key stands as a comment, but for what was answered. */
export function settingsText({ country, outsideLine, mail }: Answers): string {
  let text = TEMPLATE;
  if (country) text = uncomment(text, 'country', JSON.stringify(country.toUpperCase()));
  if (outsideLine) text = uncomment(text, 'outside_line', JSON.stringify(outsideLine));
  if (!mail) return text;
  const [head, tail] = text.split('# [smtp]') as [string, string];
  const local = uncomment(uncomment(tail, 'host', '"localhost"'), 'port', '25');
  return `${head}[smtp]  ${uncomment(uncomment(local, 'tls', '"none"'), 'to', JSON.stringify([mail]))}`;
}
