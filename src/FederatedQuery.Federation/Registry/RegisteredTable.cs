using System.Collections.Immutable;
using FederatedQuery.Cold;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Control.Mutations;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Registry;

/// <summary>A dataset by name, as both tiers describe it: hot only, cold only, or tiered.</summary>
public sealed record RegisteredTable
{
    /// <summary>The namespace that <c>public</c> tables of Postgres belong to.</summary>
    public const string DefaultNamespace = "default";

    public required string Namespace { get; init; }

    public required string Name { get; init; }

    /// <summary>Null: cold only.</summary>
    public required PostgresTable? Hot { get; init; }

    /// <summary>Null: not tiered.</summary>
    public required TieredTable? Tiering { get; init; }

    /// <summary>As of when the table was looked up, with columns by the names that they have in <see cref="Hot"/>; null: hot only.</summary>
    public required ColdTable? Cold { get; init; }

    /// <summary>What may be done to the table's rows through the gateway.</summary>
    public RowMutations RowMutations { get; init; }

    /// <summary>Nobody renames its columns: a table of the gateway's own.</summary>
    public bool IsFixed { get; init; }

    public TableIdentifier Identifier => new(Namespace, Name);

    /// <summary>The columns: those of the hot table where there is one (the cold table follows it), else those of the cold table.</summary>
    public Schema Schema => Hot?.Schema ?? Cold!.Metadata.CurrentSchema;

    /// <summary>Fields of <see cref="Schema"/> that are text in both tiers and JSON to the user.</summary>
    public ImmutableHashSet<int> JsonFieldIds => Hot?.JsonFieldIds ?? Cold!.JsonFieldIds;

    public DataSource DataSource => (Hot, Cold, Tiering) switch
    {
        (null, _, _) => DataSource.Iceberg,
        (_, null, null) => DataSource.Postgres,
        _ => DataSource.Federated,
    };

    public override string ToString() => Namespace == DefaultNamespace ? Name : $"{Namespace}.{Name}";
}
