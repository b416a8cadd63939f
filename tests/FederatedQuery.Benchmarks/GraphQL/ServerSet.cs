namespace FederatedQuery.Benchmarks.GraphQL;

/// <summary>Servers that are started together and ended together.</summary>
internal sealed class ServerSet : IAsyncDisposable
{
    private readonly List<ServerProcess> _servers = [];

    /// <summary>This program as a server: see <see cref="ServeCommand"/>.</summary>
    public Task<ServerProcess> StartOursAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("This program does not know its own path.");
        return StartAsync(program, ["serve", .. arguments], AppContext.BaseDirectory, cancellationToken);
    }

    /// <inheritdoc cref="ServerProcess.StartAsync"/>
    public async Task<ServerProcess> StartAsync(string program, IEnumerable<string> arguments, string folder, CancellationToken cancellationToken)
    {
        var server = await ServerProcess.StartAsync(program, arguments, folder, cancellationToken);
        _servers.Add(server);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }
}
