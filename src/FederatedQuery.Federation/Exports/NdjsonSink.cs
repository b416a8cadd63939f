using System.IO.Pipelines;
using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Json;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.Federation.Exports;

/// <summary>A JSON object a line, straight from the vectors.</summary>
/// <param name="columns">Of the result: the first of each chunk.</param>
/// <param name="output">Stays the caller's.</param>
internal sealed class NdjsonSink(IReadOnlyList<DuckDBColumn> columns, PipeWriter output) : IRowSink
{
    private readonly DuckDBJsonWriter _writer = new(columns);

    public async Task WriteAsync(DataChunk chunk, CancellationToken cancellationToken)
    {
        _writer.WriteLines(chunk, output);
        await output.FlushAsync(cancellationToken);
    }

    public Task CompleteAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _writer.Dispose();
        return ValueTask.CompletedTask;
    }
}
