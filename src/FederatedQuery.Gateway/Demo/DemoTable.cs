using FederatedQuery.Tiering.Loading;

namespace FederatedQuery.Gateway.Demo;

/// <summary>One table of the demo.</summary>
internal sealed record DemoTable
{
    public const string DefaultNamespace = "default";

    public string Namespace { get; init; } = DefaultNamespace;

    public required string Name { get; init; }

    /// <summary>A SELECT in DuckDB's dialect; made when its turn comes, as its data may have to be fetched first.</summary>
    public required Func<CancellationToken, Task<string>> SourceAsync { get; init; }

    /// <summary>Null: found, or none.</summary>
    public string? TimeColumn { get; init; }

    /// <summary>Empty: a key column is made.</summary>
    public IReadOnlyList<string> PrimaryKey { get; init; } = [];

    public LoadTiers Tiers { get; init; }

    /// <summary>The gateway makes the table itself: the demo's rows go into it while it has none.</summary>
    public bool IsMadeAtStart { get; init; }

    public IReadOnlyList<ForeignKey> ForeignKeys { get; init; } = [];

    /// <summary>As DEMO_TABLES has it.</summary>
    public override string ToString() => Namespace == DefaultNamespace ? Name : $"{Namespace}.{Name}";
}
