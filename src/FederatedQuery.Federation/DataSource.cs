using System.ComponentModel;

namespace FederatedQuery.Federation;

/// <summary>Where rows came from, or should be asked for.</summary>
[Description("Where rows came from, or should be asked for.")]
public enum DataSource
{
    /// <summary>Hot tier only.</summary>
    Postgres,

    /// <summary>Cold tier only.</summary>
    Iceberg,

    /// <summary>Both tiers, merged.</summary>
    Federated,

    /// <summary>A stored result of an earlier, identical query.</summary>
    Materialized,

    /// <summary>Older than the cold retention: nowhere.</summary>
    None,
}
