namespace FederatedQuery.Federation.Queries;

/// <summary>What a statement would cost, by metadata alone.</summary>
/// <param name="DataSource">Where its rows would come from: a tier that cannot hold a matching row is none of them.</param>
/// <param name="HotSql">What PostgreSQL would be asked.</param>
/// <param name="HotRows">The most rows that PostgreSQL would read for that, each scan counted once: see <see cref="Hot.Estimates.HotEstimator"/>.</param>
/// <param name="FilesTotal">Data files of the tables' snapshots.</param>
/// <param name="FilesToRead">Those that could hold matching rows.</param>
/// <param name="BytesToRead">The most bytes that are read of them, and of their deletes: what budgets are charged.</param>
/// <param name="BytesToFetch">Of that, what is not on local disk. Exact where the footers of large files are at hand, else bounded by the manifests and the objects' sizes.</param>
/// <param name="ObjectStoreRequests">What that takes; at least, where a footer has to be fetched first.</param>
public sealed record QueryEstimate(
    DataSource DataSource, IReadOnlyList<string> HotSql, long HotRows, int FilesTotal, int FilesToRead, long BytesToRead, long BytesToFetch, int ObjectStoreRequests);
