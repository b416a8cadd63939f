using FederatedQuery.Cold.Checksums;
using FederatedQuery.DuckDb.ScalarFunctions;

namespace FederatedQuery.Cold.Writing;

/// <summary>What DuckDB needs to be able to write rows of cold tables, and to sum up their checksums.</summary>
internal static class WritingFunctions
{
    /// <summary>To be registered in each database that does.</summary>
    public static IReadOnlyList<ScalarFunction> All { get; } = [.. BucketFunction.All, new RowChecksumFunction()];
}
