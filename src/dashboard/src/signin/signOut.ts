import { forget } from '../api/credentials';

/** Of this tab, and of the provider where one was asked. The page is loaded anew: what it shows was somebody's. */
export async function signOut(): Promise<void> {
  try {
    await (await import('./provider')).end();
  } catch (error) {
    // Whatever cannot be had of the provider, nobody stays signed in here.
    console.warn('The provider could not be told of the sign-out.', error);
    forget();
    location.reload();
  }
}
