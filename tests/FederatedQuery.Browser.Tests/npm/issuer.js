// A provider of OpenID Connect for the tests, by npm's oidc-provider: signs in whoever names himself, gives tokens in JWT for the gateway, signed with RS256.
// Prints its address, and ends with its standard input. Its argument is the seconds that an access token is good for.
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const address = `http://127.0.0.1:${server.address().port}`;
  const provider = providerAt(address, Number(process.argv[2]));
  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (request.url.startsWith('/interaction/')) {
      interact(provider, request, response).catch((error) => response.writeHead(500).end(String(error)));
    } else {
      answer(request, response);
    }
  });
  console.log(address);
});
process.stdin.resume().on('end', () => process.exit());

function providerAt(address, tokenSeconds) {
  return new Provider(address, {
    clients: [{
      client_id: 'dashboard',
      // Public, and at any port of loopback, as programs of one's own machine are.
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: ['http://127.0.0.1/sign-in'],
      post_logout_redirect_uris: ['http://127.0.0.1/sign-in'],
    }],
    cookies: { keys: ['of tests'] },
    clientBasedCORS: () => true,
    pkce: { required: () => true },
    issueRefreshToken: () => true,
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (context, form) => { context.body = `<!doctype html><title>Sign out</title>${form}<button form="op.logoutForm" name="logout" value="yes">Yes, sign me out</button>`; },
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => 'urn:gateway',
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({ scope: '', audience: 'gateway', accessTokenFormat: 'jwt', accessTokenTTL: tokenSeconds, jwt: { sign: { alg: 'RS256' } } }),
      },
    },
    extraTokenClaims: (_, token) => ({ roles: token.accountId === 'guest' ? [] : ['reader'] }),
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope('openid offline_access');
      grant.addResourceScope('urn:gateway', '');
      await grant.save();
      return grant;
    },
  });
}

/** Asks for a name, and goes on with it; that the dashboard may know him nobody is asked. */
async function interact(provider, request, response) {
  const { prompt } = await provider.interactionDetails(request, response);
  if (prompt.name === 'consent') {
    await provider.interactionFinished(request, response, { consent: {} }, { mergeWithLastSubmission: true });
    return;
  }

  if (request.method === 'GET') {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(
      '<!doctype html><title>Sign in</title><link rel="icon" href="data:,"><form method="post"><label>Name <input name="name"></label> <button>Sign in</button> <button name="refuse" value="yes">Cancel</button></form>',
    );
    return;
  }

  let body = '';
  for await (const part of request) {
    body += part;
  }
  const form = new URLSearchParams(body);
  await provider.interactionFinished(request, response, form.has('refuse')
    ? { error: 'access_denied', error_description: 'The person thought better of it.' }
    : { login: { accountId: form.get('name') } });
}
