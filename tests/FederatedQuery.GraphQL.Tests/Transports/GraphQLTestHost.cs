using FederatedQuery.GraphQL.Tests.TestSchema;
using FederatedQuery.GraphQL.Transports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.GraphQL.Tests.Transports;

/// <summary>A real server on a free port.</summary>
public sealed class GraphQLTestHost : IAsyncLifetime, IAsyncDisposable
{
    private Action<GraphQLServerBuilder> _configure = static _ => { };
    private WebApplication? _app;

    public HttpClient Client { get; private set; } = new();

    public string Address { get; private set; } = string.Empty;

    /// <summary>A server with options of its own.</summary>
    public static async Task<GraphQLTestHost> StartAsync(Action<GraphQLServerBuilder> configure)
    {
        var host = new GraphQLTestHost { _configure = configure };
        await host.InitializeAsync();
        return host;
    }

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<Greeter>().AddScoped<List<string>>();
        var server = builder.Services.AddGraphQLServer()
            .AddTypes(typeof(GraphQLTestHost).Assembly)
            .AddType<Author>()
            .AddType<Book>()
            .ModifyRequestOptions(options => options.ExecutionTimeout = TimeSpan.FromSeconds(20))
            .ModifyHttpOptions(options => options.HtmlPage = context =>
            {
                context.Response.ContentType = "text/html";
                return Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, "<h1>page</h1>");
            });
        _configure(server);
        _app = builder.Build();
        _app.MapGraphQL();
        _app.MapGraphQLPersistedOperations();
        await _app.StartAsync();
        Address = _app.Urls.Single();
        Client.BaseAddress = new Uri(Address);
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();
}
