using System.IO.Pipelines;
using FederatedQuery.Benchmarks.Comparing;
using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Benchmarks.Json;

/// <summary>A result of 436,985 rows and four columns as NDJSON in a file: from the vectors in C#, and by DuckDB's own writer.</summary>
internal static class JsonComparison
{
    private const int Rows = 436_985;

    public static async Task<IReadOnlyList<Comparison>> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var flights = await NodePackages.FlightsAsync(cancellationToken);
        using var folder = new TemporaryFolder();
        using var database = DuckDBDatabase.Open(options: new Dictionary<string, string> { ["threads"] = "2" });
        using var connection = database.Connect();
        connection.Execute(
            $"CREATE TABLE flights AS SELECT date, delay, origin, destination FROM read_parquet({DuckDBSql.QuoteLiteral(flights)}) LIMIT {Rows}",
            cancellationToken);
        var (ours, theirs) = (folder.File("ours.json"), folder.File("theirs.json"));
        var comparison = await SideBySide.TimeAsync(
            "json", $"{Rows:N0} rows x 4 columns to a file of JSON", "DuckDB `COPY TO`", Unit.Rate(Rows, "rows"), options.Rounds,
            () => WriteAsync(connection, ours, cancellationToken),
            () => connection.ExecuteAsync($"COPY flights TO {DuckDBSql.QuoteLiteral(theirs)} (FORMAT json)", cancellationToken),
            cancellationToken);
        CheckSame(connection, ours, theirs, cancellationToken);
        return [comparison];
    }

    private static async Task WriteAsync(DuckDBConnection connection, string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: false);
        var pipe = PipeWriter.Create(file, new StreamPipeWriterOptions(minimumBufferSize: 256 * 1024));
        using var result = await connection.QueryAsync("SELECT * FROM flights", null, cancellationToken);
        using var writer = new DuckDBJsonWriter(result.Columns);
        await foreach (var chunk in result.ReadChunksAsync(cancellationToken))
        {
            writer.WriteLines(chunk, pipe);
            await pipe.FlushAsync(cancellationToken);
        }

        await pipe.CompleteAsync();
    }

    /// <summary>A comparison of different work would mean nothing.</summary>
    private static void CheckSame(DuckDBConnection connection, string ours, string theirs, CancellationToken cancellationToken)
    {
        const string Rows = "SELECT count(*), sum(hash(date::TIMESTAMP, delay, origin, destination)) FROM read_json({0}, format = 'newline_delimited')";
        var (our, their) = (Read(ours), Read(theirs));
        if (our != their)
        {
            throw new InvalidOperationException($"The files differ: ours has {our}, DuckDB's {their} (rows, sum of hashes).");
        }

        string Read(string path) => SingleValue.Of(
            connection, $"SELECT s::VARCHAR FROM ({string.Format(null, Rows, DuckDBSql.QuoteLiteral(path))}) AS s", cancellationToken);
    }
}
