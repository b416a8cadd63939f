using FederatedQuery.DuckDb;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Cold.Engine;

/// <summary>
/// Loads extensions of DuckDB from files that are there already, laid out as DuckDB lays them out:
/// <c>DIRECTORY/v1.5.5/linux_amd64/NAME.duckdb_extension</c>. Nothing is downloaded; DuckDB checks their signatures.
/// </summary>
internal static class DuckDbExtensions
{
    /// <param name="connection">Before DuckDB is cut off from files.</param>
    /// <param name="names">In the order in which they need each other.</param>
    /// <exception cref="OptionsValidationException">Files are missing, by their full paths, or DuckDB refuses one.</exception>
    public static void Load(DuckDBConnection connection, string directory, IReadOnlyList<string> names)
    {
        var folder = Path.Combine(Path.GetFullPath(directory), VersionOf(connection), TextOf(connection, "PRAGMA platform"));
        var files = names.Select(name => Path.Combine(folder, $"{name}.duckdb_extension")).ToList();
        var missing = files.Where(file => !File.Exists(file)).ToList();
        if (missing.Count > 0)
        {
            throw Wrong($"COLD_READER is 'extension', but {string.Join(" and ", missing.Select(file => $"'{file}'"))} {(missing.Count == 1 ? "does" : "do")} not exist; "
                + "install the extension of this very version of DuckDB there (DUCKDB_EXTENSION_DIRECTORY), or set COLD_READER=native.");
        }

        foreach (var file in files)
        {
            try
            {
                connection.Execute($"LOAD {DuckDBSql.QuoteLiteral(file)}");
            }
            catch (DuckDBException error)
            {
                throw Wrong($"COLD_READER is 'extension', but DuckDB cannot load '{file}': {error.Message}");
            }
        }
    }

    /// <summary>Releases have folders by version, other builds by the commit they were built from.</summary>
    private static string VersionOf(DuckDBConnection connection)
    {
        var version = TextOf(connection, "SELECT library_version FROM pragma_version()");
        return version.Contains("-dev", StringComparison.Ordinal) ? TextOf(connection, "SELECT source_id FROM pragma_version()") : version;
    }

    private static string TextOf(DuckDBConnection connection, string sql)
    {
        using var result = connection.Query(sql);
        using var chunk = result.ReadChunk() ?? throw new InvalidOperationException($"DuckDB has no answer to '{sql}'.");
        return chunk[0].String(0);
    }

    private static OptionsValidationException Wrong(string message) => new(nameof(ColdOptions), typeof(ColdOptions), [message]);
}
