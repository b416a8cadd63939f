using FederatedQuery.Cold;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Tiering.Loading;

/// <summary>The table that rows go to, as it is before the load.</summary>
internal sealed record LoadDestination(TableName Name, TableIdentifier Identifier, PostgresTable? Hot, TieredTable? Tiering, ColdTable? Cold)
{
    public bool Exists => Hot is not null || Cold is not null;

    /// <summary>The columns of a table that exists.</summary>
    public Schema Schema => Hot?.Schema ?? Cold!.Metadata.CurrentSchema;

    public override string ToString() => Name.ToString();
}
