import { createTheme, type CSSVariablesResolver } from '@mantine/core';

/** Texts are dark enough for WCAG AA on every ground that they lie on, which the library's own shades are not. */
export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 8 },
  autoContrast: true,
  luminanceThreshold: 0.3,
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  components: {
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
  },
});

export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#566070',
    '--mantine-color-placeholder': '#667080',
    '--mantine-color-error': '#c92a2a',
    '--mantine-color-anchor': '#364fc7',
    '--mantine-color-gray-light-color': '#495057',
    '--mantine-color-gray-outline': '#495057',
    '--mantine-color-indigo-light-color': '#364fc7',
    '--mantine-color-red-light-color': '#a51111',
    '--mantine-color-red-outline': '#c92a2a',
    '--mantine-color-orange-light-color': '#8f3a00',
    '--mantine-color-yellow-light-color': '#7a4a00',
    '--mantine-color-green-light-color': '#1c6b2e',
    '--mantine-color-blue-light-color': '#12529a',
    '--fq-ground': '#f6f7f9',
    '--fq-mark': '#000',
    '--fq-hot': '#d9480f',
    '--fq-cold': '#1c7ed6',
  },
  dark: {
    '--mantine-color-dimmed': '#a3abb5',
    '--mantine-color-placeholder': '#8f98a3',
    '--mantine-color-error': '#ff8787',
    '--mantine-color-anchor': '#91a7ff',
    '--mantine-color-indigo-light-color': '#bac8ff',
    '--mantine-color-gray-light-color': '#ced4da',
    '--mantine-color-red-light-color': '#ffc9c9',
    '--mantine-color-red-outline': '#ffa8a8',
    '--mantine-color-orange-light-color': '#ffd8a8',
    '--mantine-color-yellow-light-color': '#ffec99',
    '--mantine-color-green-light-color': '#b2f2bb',
    '--mantine-color-blue-light-color': '#a5d8ff',
    '--fq-ground': '#1a1c20',
    '--fq-mark': '#fff',
    '--fq-hot': '#ff922b',
    '--fq-cold': '#4dabf7',
  },
});
