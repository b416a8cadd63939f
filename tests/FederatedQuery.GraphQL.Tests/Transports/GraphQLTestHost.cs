using FederatedQuery.GraphQL.Tests.TestSchema;
using FederatedQuery.GraphQL.Transports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.GraphQL.Tests.Transports;

/// <summary>A real server on a free port.</summary>
public sealed class GraphQLTestHost : IAsyncLifetime
{
    private WebApplication? _app;

    public HttpClient Client { get; private set; } = new();

    public string Address { get; private set; } = string.Empty;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<Greeter>().AddScoped<List<string>>();
        builder.Services.AddGraphQLServer()
            .AddTypes(typeof(GraphQLTestHost).Assembly)
            .AddType<Author>()
            .AddType<Book>()
            .ModifyRequestOptions(options => options.ExecutionTimeout = TimeSpan.FromSeconds(20))
            .ModifyHttpOptions(options => options.HtmlPage = context =>
            {
                context.Response.ContentType = "text/html";
                return Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, "<h1>page</h1>");
            });
        _app = builder.Build();
        _app.MapGraphQL();
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
}
