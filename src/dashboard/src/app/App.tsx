import { ApolloProvider } from '@apollo/client/react';
import { MantineProvider } from '@mantine/core';
import { createBrowserRouter, RouterProvider } from 'react-router';
import { basename } from '../api/addresses';
import { client } from '../api/client';
import { LogsPage } from '../logs/LogsPage';
import { signInPath } from '../signin/returning';
import { LoadingState } from '../ui/States';
import { NotFoundPage, RouteFailure } from './RouteFailure';
import { Shell } from './Shell';
import { theme, variables } from './theme';

// The first page comes with the first script; the others bring theirs along.
const router = createBrowserRouter(
  [
    {
      element: <Shell />,
      hydrateFallbackElement: <LoadingState label="Loading the page" />,
      children: [
        {
          errorElement: <RouteFailure />,
          children: [
            { path: '/', element: <LogsPage /> },
            { path: '/tables', lazy: async () => ({ Component: (await import('../tables/TablesPage')).TablesPage }) },
            { path: '/tables/:namespace/:name', lazy: async () => ({ Component: (await import('../tables/TablePage')).TablePage }) },
            { path: '/sql', lazy: async () => ({ Component: (await import('../sql/SqlPage')).SqlPage }) },
            { path: '/operations', lazy: async () => ({ Component: (await import('../operations/OperationsPage')).OperationsPage }) },
            { path: `/${signInPath}`, lazy: async () => ({ Component: (await import('../signin/SignInPage')).SignInPage }) },
            { path: '*', element: <NotFoundPage /> },
          ],
        },
      ],
    },
  ],
  { basename },
);

export function App() {
  return (
    <ApolloProvider client={client}>
      <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
        <RouterProvider router={router} />
      </MantineProvider>
    </ApolloProvider>
  );
}
