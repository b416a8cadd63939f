using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Transactions;

/// <summary>Which tables are written to. Commits check it too; who has much to do before a commit asks first.</summary>
public static class WritableTables
{
    /// <exception cref="IcebergException">Unsupported: the table is only read, or of a format version that is not written.</exception>
    public static void Check(CatalogTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        CheckIsOwn(table);
        CheckVersion(table.Metadata);
    }

    internal static void CheckIsOwn(CatalogTable table)
    {
        if (table.IsReadOnly)
        {
            throw IcebergException.Unsupported(
                $"Table '{table.Identifier}' was registered from elsewhere with a location map, so it is only read: other engines could not find what was "
                + "written to it. Copy its rows into a table of this catalog to change them.");
        }
    }

    internal static void CheckVersion(TableMetadata table)
    {
        if (table.FormatVersion != 2)
        {
            throw IcebergException.Unsupported(
                $"Table '{table.Location}' is of format version {table.FormatVersion}; tables of version 2 are written.");
        }
    }
}
