import { Button } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { Icon } from './Icon';

/** Puts a text into the clipboard, and says so. */
export function CopyButton({ text, label }: { readonly text: () => string; readonly label: string }) {
  const clipboard = useClipboard({ timeout: 1500 });
  const word = clipboard.error !== null ? 'The browser forbids it' : clipboard.copied ? 'Copied' : label;
  return (
    <Button size="compact-xs" variant="default" leftSection={<Icon name={clipboard.copied ? 'check' : 'copy'} size={14} />} onClick={() => { clipboard.copy(text()); }}>
      <span role="status">{word}</span>
    </Button>
  );
}
