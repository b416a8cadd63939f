using System.Globalization;
using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.ScalarFunctions;
using FederatedQuery.DuckDb.TableFunctions;

namespace FederatedQuery.Cold.Engine;

/// <summary>
/// The process's one DuckDB instance: limited in memory and threads, spilling to disk, cut off from the network and from every file
/// outside its folders, its configuration locked. Each query rents a connection of its own.
/// </summary>
public sealed class DuckDbEngine : IDisposable
{
    private readonly Lazy<(DuckDBDatabase Database, DuckDBConnectionPool Pool, long CountedBytes)> _opened;

    /// <param name="options">Asked when the instance is opened.</param>
    /// <param name="functions">Table functions to be had on every connection.</param>
    /// <param name="scalarFunctions">Scalar functions to be had on every connection.</param>
    public DuckDbEngine(Func<DuckDbEngineOptions> options, IReadOnlyList<TableFunction> functions, IReadOnlyList<ScalarFunction> scalarFunctions) =>
        _opened = new(() => Open(options(), functions, scalarFunctions));

    public DuckDBDatabase Database => _opened.Value.Database;

    public DuckDBConnectionPool Pool => _opened.Value.Pool;

    /// <summary>What DuckDB may hold in memory of tables, sorts and joins before it spills.</summary>
    public long CountedBytes => _opened.Value.CountedBytes;

    /// <summary>Opens the instance, which the first use does otherwise.</summary>
    public void Open() => _ = _opened.Value;

    private static (DuckDBDatabase Database, DuckDBConnectionPool Pool, long CountedBytes) Open(
        DuckDbEngineOptions options, IReadOnlyList<TableFunction> functions, IReadOnlyList<ScalarFunction> scalarFunctions)
    {
        Directory.CreateDirectory(options.TemporaryDirectory);
        // A share becomes an amount here, where the container's limit is known; DuckDB would take the machine's.
        var limit = DuckDbMemoryLimit.Parse(options.MemoryLimit, new ContainerMemory().AvailableBytes);
        var threads = DuckDbMemoryLimit.Threads(limit, options.Threads);
        var counted = DuckDbMemoryLimit.CountedBytes(limit, threads);
        var database = DuckDBDatabase.Open(DuckDBDatabase.InMemory, new Dictionary<string, string>
        {
            ["memory_limit"] = string.Create(CultureInfo.InvariantCulture, $"{counted / 1024}KiB"),
            ["threads"] = threads.ToString(CultureInfo.InvariantCulture),
            ["temp_directory"] = options.TemporaryDirectory,
            ["autoinstall_known_extensions"] = "false",
            ["autoload_known_extensions"] = "false",
            // Rows come in the order a statement asks for, not in that of the files: cheaper in memory.
            ["preserve_insertion_order"] = "false",
        });
        try
        {
            using var setup = database.Connect();
            foreach (var function in functions)
            {
                setup.RegisterTableFunction(function);
            }

            foreach (var function in scalarFunctions)
            {
                setup.RegisterScalarFunction(function);
            }

            if (options.Extensions.Count > 0)
            {
                DuckDbExtensions.Load(setup, options.ExtensionDirectory, options.Extensions);
            }

            var directories = string.Join(", ", options.Directories.Select(directory => DuckDBSql.QuoteLiteral(directory.TrimEnd('/') + "/")));
            setup.Execute("SET GLOBAL TimeZone = 'UTC'");
            setup.Execute($"SET GLOBAL allowed_directories = [{directories}]");
            setup.Execute("SET GLOBAL enable_external_access = false");
            setup.Execute("SET GLOBAL lock_configuration = true");
            return (database, new DuckDBConnectionPool(database, options.MaximumConnections), counted);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (_opened.IsValueCreated)
        {
            Pool.Dispose();
            Database.Dispose();
        }
    }
}
