using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.DuckDb.Tests;

/// <summary>A database in memory with one connection for each test.</summary>
public abstract class DuckDBTest : IDisposable
{
    protected DuckDBTest()
    {
        Database = DuckDBDatabase.Open(options: new Dictionary<string, string> { ["threads"] = "2" });
        Connection = Database.Connect();
    }

    protected DuckDBDatabase Database { get; }

    protected DuckDBConnection Connection { get; }

    public void Dispose()
    {
        Connection.Dispose();
        Database.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The first column of all rows, as the reader takes it from each chunk.</summary>
    protected List<T> ReadAll<T>(string sql, Func<DuckDBVector, int, T> read, params object?[] parameters)
    {
        using var result = Connection.Query(sql, parameters);
        var rows = new List<T>();
        foreach (var chunk in result.ReadChunks())
        {
            var vector = chunk[0];
            for (var row = 0; row < chunk.Count; row++)
            {
                rows.Add(read(vector, row));
            }
        }

        return rows;
    }

    protected T ReadOne<T>(string sql, Func<DuckDBVector, int, T> read, params object?[] parameters) =>
        Assert.Single(ReadAll(sql, read, parameters));

    protected long ReadLong(string sql, params object?[] parameters) =>
        ReadOne($"SELECT CAST(v AS BIGINT) FROM ({sql}) t(v)", (vector, row) => vector.Values<long>()[row], parameters);

    protected string ReadString(string sql, params object?[] parameters) => ReadOne(sql, (vector, row) => vector.String(row), parameters);
}
