import { Alert, Button, Center, Group, Loader, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { failureOf, type Failure } from '../api/failure';
import { Icon, type IconName } from './Icon';

/** Nothing to show, and what to do about it. */
export function EmptyState({ icon = 'inbox', title, children, action }: {
  readonly icon?: IconName;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <Center p="xl" h="100%">
      <Stack align="center" gap="xs" maw={460}>
        <Text c="dimmed" component="span"><Icon name={icon} size={36} /></Text>
        <Title order={2} size="h4" ta="center">{title}</Title>
        <Text c="dimmed" size="sm" ta="center" component="div">{children}</Text>
        {action}
      </Stack>
    </Center>
  );
}

export function LoadingState({ label }: { readonly label: string }) {
  return (
    <Center p="xl" h="100%" role="status">
      <Group gap="sm">
        <Loader size="sm" />
        <Text c="dimmed" size="sm">{label}</Text>
      </Group>
    </Center>
  );
}

/** What failed and what to do. `error` is whatever was thrown. */
export function ErrorState({ error, retry }: { readonly error: unknown; readonly retry?: (() => void) | undefined }) {
  return <FailureAlert failure={failureOf(error)} retry={retry} />;
}

export function FailureAlert({ failure, retry }: { readonly failure: Failure; readonly retry?: (() => void) | undefined }) {
  return (
    <Alert color="red" variant="outline" title={failure.title} icon={<Icon name="warning" />} m="sm" role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>{failure.detail}</Text>
        {failure.advice !== null && <Text size="sm" fw={600}>{failure.advice}</Text>}
        {retry !== undefined && <Button size="xs" variant="default" onClick={retry}>Try again</Button>}
      </Stack>
    </Alert>
  );
}
