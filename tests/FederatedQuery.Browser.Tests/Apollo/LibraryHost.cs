using FederatedQuery.GraphQL.Transports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.Browser.Tests.Apollo;

/// <summary>The GraphQL library as a stranger would host it, on a free port, with an empty page for scripts.</summary>
public sealed class LibraryHost : IAsyncLifetime
{
    private WebApplication? _app;

    public string Origin => _app!.Urls.Single();

    public BookStore Books { get; } = new();

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(Books);
        builder.Services.AddGraphQLServer().AddTypes(typeof(LibraryHost).Assembly);
        _app = builder.Build();
        _app.MapGraphQL();
        _app.MapGet("/", () => Results.Content("<!doctype html><title>Books</title><link rel=\"icon\" href=\"data:,\">", "text/html"));
        await _app.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }
}
