import { useEffect } from 'react';

/** Names the page in the browser's tab. */
export function useDocumentTitle(name: string): void {
  useEffect(() => { document.title = `${name} · FederatedQuery`; }, [name]);
}
