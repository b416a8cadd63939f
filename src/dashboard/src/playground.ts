// What the playground (src/FederatedQuery.Gateway/Playground/page.js) takes of the dashboard: who is signed in, by the same key or token.
export { credentials, isSignedIn } from './api/credentials';
export { socketAddress } from './api/who';
export { here, signInAddress } from './signin/returning';
export { signOut } from './signin/signOut';
