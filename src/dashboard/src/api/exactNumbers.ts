/** Digits that a number of JavaScript holds exactly, whatever they are. */
const safeDigits = 15;

/**
 * JSON in which numbers of more digits than JavaScript holds are texts of those digits: 9007199254740993 would be read as 9007199254740992.
 * What is within texts stays as it is.
 */
export function withExactNumbers(json: string): string {
  let result = '';
  let copied = 0;
  for (const token of json.matchAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g)) {
    const [text] = token;
    if (text[0] !== '"' && text.replace(/[eE].*$/, '').replace(/\D/g, '').length > safeDigits) {
      result += `${json.slice(copied, token.index)}"${text}"`;
      copied = token.index + text.length;
    }
  }

  return copied === 0 ? json : result + json.slice(copied);
}

/** As `fetch`, for answers whose figures must keep all their digits. */
export async function fetchExactly(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init);
  const { status, statusText, headers } = response;
  return new Response(withExactNumbers(await response.text()), { status, statusText, headers });
}
