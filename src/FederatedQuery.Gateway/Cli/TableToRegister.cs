using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Locations;
using FederatedQuery.Tiering.Tables;

namespace FederatedQuery.Gateway.Cli;

/// <summary>A table as the command line names it.</summary>
/// <param name="Namespace">Null: <c>default</c>.</param>
/// <param name="Metadata">A path or a location.</param>
/// <param name="Prefixes">Of the location map; targets are paths or locations.</param>
internal sealed record TableToRegister(string? Namespace, string Table, string Metadata, IReadOnlyList<(string From, string To)> Prefixes)
{
    /// <exception cref="Iceberg.IcebergException">InvalidValue: the name is none.</exception>
    public TableIdentifier Identifier => new(Namespace ?? TableNames.DefaultNamespace, Table);

    public string MetadataLocation => Absolute(Metadata);

    /// <exception cref="Iceberg.IcebergException">InvalidValue: a prefix is none.</exception>
    public LocationMap Map => LocationMap.Of(Prefixes.Select(prefix => (prefix.From, Absolute(prefix.To))));

    /// <summary>A path counts from the current folder, as everywhere on the command line.</summary>
    private static string Absolute(string text) => text.Length == 0 || text.Contains(":/", StringComparison.Ordinal) ? text : Path.GetFullPath(text);
}
