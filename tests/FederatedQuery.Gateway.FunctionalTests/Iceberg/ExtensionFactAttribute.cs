namespace FederatedQuery.Gateway.FunctionalTests.Iceberg;

/// <summary>A fact about DuckDB's iceberg extension; skipped, with the reason, where its file is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ExtensionFactAttribute : FactAttribute
{
    private const string File = "iceberg.duckdb_extension";

    public ExtensionFactAttribute()
    {
        if (Directory is null || !System.IO.Directory.Exists(Directory)
            || !System.IO.Directory.EnumerateFiles(Directory, File, SearchOption.AllDirectories).Any())
        {
            Skip = $"There is no {File} below DUCKDB_EXTENSION_DIRECTORY ('{Directory}').";
        }
    }

    /// <summary>DUCKDB_EXTENSION_DIRECTORY of the test run.</summary>
    public static string? Directory => Environment.GetEnvironmentVariable("DUCKDB_EXTENSION_DIRECTORY");
}
