using FederatedQuery.Federation.Queries;

namespace FederatedQuery.Federation.Telemetry;

/// <summary>What a read gave, for its figures.</summary>
internal interface IReadOutcome
{
    /// <summary>The tiers that rows came from.</summary>
    DataSource DataSource { get; }

    /// <summary>Rows that were answered.</summary>
    long Rows { get; }

    /// <summary>Tier by tier; null: it is not known.</summary>
    QueryReport? Report { get; }
}
