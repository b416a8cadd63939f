/** What was shown before was somebody else's, or nobody's: pages are loaded anew. */
export function arrive(address: string): void {
  const isHere = address.replace(/#.*/, '') === location.href.replace(/#.*/, '');
  if (isHere) {
    location.reload();
  } else {
    location.replace(address);
  }
}
