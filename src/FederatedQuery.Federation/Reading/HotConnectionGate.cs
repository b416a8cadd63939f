using FederatedQuery.Federation.Queries;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Federation.Reading;

/// <summary>The PostgreSQL connections that all reads together may hold (<see cref="QueryOptions.HotConnections"/>), but for raw statements, which have as many of their own.</summary>
public sealed class HotConnectionGate(IOptions<QueryOptions> options)
{
    private readonly WeightedGate _gate = new(options.Value.HotConnections);
    private readonly WeightedGate _statements = new(options.Value.HotConnections);

    /// <summary>How many there are.</summary>
    public int Places => _gate.Places;

    /// <inheritdoc cref="WeightedGate.EnterAsync"/>
    internal Task<IDisposable> EnterAsync(int wanted, CancellationToken cancellationToken) => _gate.EnterAsync(wanted, cancellationToken);

    /// <summary>Waits for a connection of the role that raw statements log in as: those are counted apart.</summary>
    internal Task<IDisposable> EnterStatementAsync(CancellationToken cancellationToken) => _statements.EnterAsync(1, cancellationToken);
}
