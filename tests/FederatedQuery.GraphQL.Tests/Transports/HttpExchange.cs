using System.Text;

namespace FederatedQuery.GraphQL.Tests.Transports;

/// <summary>Sends a request and gives the status and the body.</summary>
internal static class HttpExchange
{
    public static Task<(int Status, string Body)> PostAsync(this GraphQLTestHost host, string body, string accept = "application/graphql-response+json", string path = "/graphql") =>
        host.SendAsync(HttpMethod.Post, path, accept, new StringContent(body, Encoding.UTF8, "application/json"));

    public static Task<(int Status, string Body)> GetAsync(this GraphQLTestHost host, string path, string accept = "application/graphql-response+json") =>
        host.SendAsync(HttpMethod.Get, path, accept, content: null);

    public static async Task<(int Status, string Body)> SendAsync(this GraphQLTestHost host, HttpMethod method, string path, string accept, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await host.Client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
