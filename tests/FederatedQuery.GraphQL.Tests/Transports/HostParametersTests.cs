using System.Net;
using System.Net.Http.Json;
using System.Security.Claims;
using FederatedQuery.GraphQL.Transports;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.GraphQL.Types.Subscriptions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.GraphQL.Tests.Transports;

/// <summary>Parameters that the host fills, and topics, over HTTP.</summary>
public sealed class HostParametersTests : IAsyncLifetime
{
    private HttpClient Client { get; } = new() { Timeout = TimeSpan.FromSeconds(30) };
    private WebApplication? _app;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddKeyedSingleton("a", new Named("first")).AddKeyedSingleton("b", new Named("second")).AddSingleton(new Named("plain"));
        builder.Services.AddGraphQLServer().AddQueryType<Queries>().AddMutationType<Mutations>().AddSubscriptionType<Subscriptions>().AddInMemorySubscriptions();
        _app = builder.Build();
        _app.Use((context, next) =>
        {
            context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "ann")], "test"));
            return next(context);
        });
        _app.MapGraphQL();
        await _app.StartAsync();
        Client.BaseAddress = new Uri(_app.Urls.Single());
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await _app!.DisposeAsync();
    }

    [Theory]
    [InlineData("{ agent }", """{"data":{"agent":"tests"}}""")]
    [InlineData("{ user }", """{"data":{"user":"ann"}}""")]
    [InlineData("{ services }", """{"data":{"services":"first second plain none"}}""")]
    [InlineData("{ state }", """{"data":{"state":"set by the first field, fallback"}}""")]
    public async Task Resolve_ParametersOfTheHost_AreFilled(string query, string expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = JsonContent.Create(new { query }) };
        request.Headers.UserAgent.ParseAdd("tests");

        using var response = await Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(expected, await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("""subscription { orderPlaced { text } }""", """{"data":{"orderPlaced":{"text":"hello"}}}""")]
    [InlineData("""subscription { orderOf(customer: "ann") }""", """{"data":{"orderOf":"ann: hello"}}""")]
    [InlineData("""subscription { orderIn(topic: "OrderPlaced") }""", """{"data":{"orderIn":"hello"}}""")]
    [InlineData("""subscription { orderWith(prefix: "> ", customer: "ann") }""", """{"data":{"orderWith":"> hello"}}""")]
    public async Task Subscribe_Topics_GiveTheMessagesSent(string query, string expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = JsonContent.Create(new { query }) };
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        using var sent = await Client.PostAsJsonAsync("/graphql", new { query = """mutation { order(customer: "ann", text: "hello") }""" });
        Assert.Equal("""{"data":{"order":true}}""", await sent.Content.ReadAsStringAsync());

        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        string? line;
        while ((line = await reader.ReadLineAsync(timeout.Token)) is not null && !line.StartsWith("data: {", StringComparison.Ordinal))
        {
        }

        Assert.Equal("data: " + expected, line);
    }

    public sealed record Named(string Name);

    public sealed record Order(string Customer, string Text);

    public sealed class Queries
    {
        public string Agent(HttpContext context, HttpRequest request) =>
            context.Request == request ? context.Request.Headers.UserAgent.ToString() : "another";

        public string? User(ClaimsPrincipal user) => user.Identity?.Name;

        public string Services(
            [Service("a")] Named first, [FromKeyedServices("b")] Named second, [FromServices] Named plain, [Service] Order? none) =>
            $"{first.Name} {second.Name} {plain.Name} {none?.Text ?? "none"}";

        [WithState]
        public string State([GlobalState("key")] string set, [GlobalState] string other = "fallback") => $"{set}, {other}";
    }

    [DirectiveType(DirectiveLocation.FieldDefinition)]
    public sealed class WithStateAttribute : DirectiveAttribute, IFieldMiddleware
    {
        public ValueTask<object?> InvokeAsync(IResolverContext context, FieldResolver next)
        {
            context.ContextData["key"] = "set by the first field";
            return next(context);
        }
    }

    public sealed class Mutations
    {
        public async Task<bool> Order(string customer, string text, ITopicEventSender sender, CancellationToken cancellationToken)
        {
            var order = new Order(customer, text);
            await sender.SendAsync(nameof(Subscriptions.OrderPlaced), order, cancellationToken);
            await sender.SendAsync($"orders/{customer}", order, cancellationToken);
            return true;
        }
    }

    public sealed class Subscriptions
    {
        [Subscribe]
        public Order OrderPlaced([EventMessage] Order order) => order;

        [Subscribe, Topic("orders/{customer}")]
        public string OrderOf(string customer, [EventMessage] Order order) => $"{customer}: {order.Text}";

        [Subscribe]
        public string OrderIn([Topic] string topic, [EventMessage] Order order) => topic.Length > 0 ? order.Text : string.Empty;

        [Subscribe(With = nameof(Orders))]
        public string OrderWith(string prefix, [EventMessage] Order order) => prefix + order.Text;

        public ValueTask<IAsyncEnumerable<Order>> Orders(string customer, ITopicEventReceiver receiver, CancellationToken cancellationToken) =>
            receiver.SubscribeAsync<Order>($"orders/{customer}", cancellationToken);
    }
}
