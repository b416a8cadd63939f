using FederatedQuery.ObjectStore;

namespace FederatedQuery.Iceberg.Catalogs.Rest;

/// <summary>Opens the object stores in which the tables of a catalog lie.</summary>
public interface ITableStorage
{
    /// <summary>Opens the store of a location; what is opened is kept for as long as the table is.</summary>
    /// <param name="location">A table's location or the prefix of credentials, such as <c>s3://bucket/path</c>.</param>
    /// <param name="credentials">From the catalog; null: those of this process.</param>
    /// <returns>The prefix that the store's keys begin below, and the store; null where such a location cannot be opened.</returns>
    ObjectStoreRegistry.Root? TryOpen(string location, VendedCredentials? credentials);
}
