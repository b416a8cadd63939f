using FederatedQuery.Cold.Files;
using FederatedQuery.Cold.Scanning;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Cold.Tests.Scanning;

/// <summary>Tables read as the gateway reads them, in a DuckDB of a test's own.</summary>
internal sealed class FixtureScan : IDisposable
{
    private readonly DuckDBDatabase _database = DuckDBDatabase.Open(DuckDBDatabase.InMemory, new Dictionary<string, string> { ["threads"] = "2" });

    private readonly DataFileSource _files;

    /// <param name="stores">Where the tables are.</param>
    /// <param name="files">Brings files that are not on local disk; null: all are.</param>
    public FixtureScan(ObjectStoreRegistry stores, DataFileSource? files = null)
    {
        _files = files ?? new DataFileSource(() => throw new NotSupportedException("All files are local."));
        Connection = _database.Connect();
        Connection.Execute("SET TimeZone = 'UTC'");
        Scans = new ColdScans(stores, _files, new ManifestCache(stores, 256 << 20));
        Scans.Register(Connection);
    }

    public DuckDBConnection Connection { get; }

    public ColdScans Scans { get; }

    /// <summary>Asks SQL over a scan, as table <c>t</c>.</summary>
    /// <param name="read">Gets the SQL, with the scan in it, while the scan is open.</param>
    public async Task<T> AskAsync<T>(TableScan scan, IReadOnlyList<NestedField> columns, Expression predicate, string sql, Func<string, T> read)
    {
        var cold = await Scans.PlanAsync(scan, columns, predicate, default);
        using var open = await Scans.OpenAsync([cold], default);
        foreach (var setup in cold.SetupSql)
        {
            Connection.Execute(setup);
        }

        return read($"WITH t AS ({cold.SelectSql}) {sql}");
    }

    public void Dispose()
    {
        Connection.Dispose();
        _database.Dispose();
        _files.Dispose();
    }
}
