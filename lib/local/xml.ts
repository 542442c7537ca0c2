const escapeXml = (text: string) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: keys may have them; S3 answers with references too
  text.replace(/[&<>"\u0000-\u001f]/g, (character) => `&#${character.charCodeAt(0)};`);

export const element = (name: string, text: string | number | boolean) =>
  `<${name}>${escapeXml(String(text))}</${name}>`;

export const parent = (name: string, children: readonly string[]) =>
  `<${name}>${children.join('')}</${name}>`;

export const xmlDocument = (name: string, children: readonly string[], namespace?: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${name}${namespace ? ` xmlns="${namespace}"` : ''}>${children.join('')}</${name}>`;
