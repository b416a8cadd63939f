using FederatedQuery.Cold.Writing;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;

namespace FederatedQuery.Cold.Tests.Writing;

/// <summary>A DuckDB that writes Parquet files into a folder of the test.</summary>
public abstract class ParquetWriterTest : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DuckDBDatabase _database = DuckDBDatabase.Open();

    protected ParquetWriterTest()
    {
        Connection = _database.Connect();
        Connection.Execute("SET TimeZone = 'UTC'");
    }

    protected DuckDBConnection Connection { get; }

    public void Dispose()
    {
        Connection.Dispose();
        _database.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes the rows of a SELECT to a new file.</summary>
    private protected Task<WrittenFile> Write(Schema schema, string rows, SortOrder? order = null) => ParquetWriter.WriteAsync(
        Connection, rows, schema, order ?? SortOrder.Unsorted, _folder.File($"{Guid.NewGuid():N}.parquet"), CancellationToken.None);
}
