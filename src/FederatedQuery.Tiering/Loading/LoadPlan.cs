using System.Collections.Immutable;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Tiering.Loading;

/// <summary>What becomes of the staged rows.</summary>
internal sealed record LoadPlan
{
    /// <summary>The columns that are written. Of a table that exists, those that were staged.</summary>
    public required Schema Schema { get; init; }

    public required ImmutableHashSet<int> JsonFieldIds { get; init; }

    /// <summary>Null only where all rows stay hot.</summary>
    public required string? TimeColumn { get; init; }

    /// <summary>What tells rows apart; may be empty.</summary>
    public required IReadOnlyList<string> PrimaryKey { get; init; }

    public required bool HasHot { get; init; }

    public required bool HasCold { get; init; }

    /// <summary>Rows before it go to the cold tier; null: all rows go to the one tier there is.</summary>
    public required DateOnly? Cutoff { get; init; }

    public bool IsTiered => HasHot && HasCold;
}
