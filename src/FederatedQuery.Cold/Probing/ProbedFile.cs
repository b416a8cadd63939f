using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Cold.Probing;

/// <summary>A data file that stands for all.</summary>
/// <param name="Length">In bytes, by the manifest.</param>
/// <param name="Rows">By the manifest.</param>
public sealed record ProbedFile(TableIdentifier Table, ObjectLocation Location, long Length, long Rows);
