import { addressOf } from './addresses';
import { credentials } from './credentials';
import { failureOfResponse, type Failure } from './failure';

interface SavePicker {
  showSaveFilePicker?: (options: { readonly suggestedName: string }) => Promise<{ createWritable: () => Promise<WritableStream<Uint8Array>> }>;
}

/** Posts `body` and saves the answer as a file. See {@link saveAnswer}. */
export const savePosted = (path: string, contentType: string, body: string, name: string, signal: AbortSignal): Promise<Failure | null> =>
  saveAnswer(path, { method: 'POST', headers: { 'Content-Type': contentType }, body }, name, signal);

/**
 * Saves an answer as a file: straight to disk where the browser lets a page do so, else by way of memory.
 * @returns What went wrong, or null: saved, or the person thought better of it.
 */
export async function saveAnswer(
  path: string, request: { readonly method: string; readonly headers?: Record<string, string>; readonly body?: string }, name: string, signal: AbortSignal,
): Promise<Failure | null> {
  const { showSaveFilePicker } = window as SavePicker;
  // The picker must be asked for while the click is fresh.
  const target = showSaveFilePicker === undefined ? null : await showSaveFilePicker.call(window, { suggestedName: name }).catch(dismissed);
  if (target === 'dismissed') {
    return null;
  }

  const response = await fetch(addressOf(path), { ...request, headers: { ...request.headers, ...(await credentials()) }, signal });
  if (!response.ok || response.body === null) {
    return failureOfResponse(response);
  }

  if (target !== null) {
    await response.body.pipeTo(await target.createWritable(), { signal });
    return null;
  }

  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken the file by then.
  setTimeout(() => { URL.revokeObjectURL(address); }, 60_000);
  return null;
}

/** A picker that is closed is an error to the browser. Where it is forbidden (in a frame) memory does. */
function dismissed(error: unknown): 'dismissed' | null {
  if (error instanceof DOMException && error.name === 'AbortError') {
    return 'dismissed';
  }

  return null;
}
