/** What somebody's file or answer says must not do anything to the terminal. */
export const withoutControls = (text: string): string => text.replace(/\p{Cc}/gu, '?');

/** What a person wrote in the wrong place may be a token; where it is repeated, its id is enough. */
export const withoutTokens = (text: string): string =>
  text.replace(/(alp_[a-z0-9]{16}_)[A-Za-z0-9_-]+/g, '$1…').replace(/(\/\/)\S*@/g, '$1…@');
