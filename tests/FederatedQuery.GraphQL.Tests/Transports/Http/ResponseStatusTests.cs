using FederatedQuery.GraphQL.Transports.Http;

namespace FederatedQuery.GraphQL.Tests.Transports.Http;

/// <summary>Both tables of status codes, over HTTP.</summary>
public class ResponseStatusTests(ResponseStatusTests.Hosts hosts) : IClassFixture<ResponseStatusTests.Hosts>
{
    [Theory]
    [InlineData("""{"query":"{ hello }"}""", 200, 200, 200)]
    [InlineData("""{"query":"{ books { fails } }"}""", 200, 294, 200)]
    [InlineData("""{"query":"{ notANumber }"}""", 200, 294, 200)]
    [InlineData("""{"query":"{"}""", 400, 400, 200)]
    [InlineData("""{"query":"{ unknown }"}""", 400, 422, 200)]
    [InlineData("""{"query":"query A { hello } query B { hello }"}""", 400, 422, 200)]
    [InlineData("""{"query":"query($n: String!) { hello(name: $n) }"}""", 400, 422, 200)]
    [InlineData("""{"query":"subscription { countTo(last: 1) }"}""", 400, 422, 200)]
    [InlineData("""{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"27b3d6ae14aa7b24a1a5a9f3b0b8fe1ba4ac2bb25b9cda3b4bbf7d9f2ac5a53b"}}}""", 400, 422, 200)]
    [InlineData("{", 400, 400, 400)]
    [InlineData("5", 400, 422, 400)]
    [InlineData("{}", 400, 422, 400)]
    [InlineData("""{"query":"{ hello }","variables":[7]}""", 400, 422, 400)]
    [InlineData("""[{"query":"{ hello }"}]""", 400, 422, 400)]
    public async Task Post_Body_HasStatusByMediaTypeAndOption(string body, int audited, int draft, int json)
    {
        Assert.Equal(audited, (await hosts.Audited.PostAsync(body)).Status);
        Assert.Equal(draft, (await hosts.Draft.PostAsync(body)).Status);
        Assert.Equal(json == 400 ? draft : json, (await hosts.Draft.PostAsync(body, "application/json")).Status);
        Assert.Equal(json, (await hosts.Audited.PostAsync(body, "application/json")).Status);
    }

    public sealed class Hosts : IAsyncLifetime
    {
        public GraphQLTestHost Audited { get; private set; } = new();

        public GraphQLTestHost Draft { get; private set; } = new();

        public async Task InitializeAsync()
        {
            Audited = await GraphQLTestHost.StartAsync(_ => { });
            Draft = await GraphQLTestHost.StartAsync(server => server.ModifyHttpOptions(options => options.HttpStatusCodes = HttpStatusCodes.Draft));
        }

        public async Task DisposeAsync()
        {
            await Audited.DisposeAsync();
            await Draft.DisposeAsync();
        }
    }
}
