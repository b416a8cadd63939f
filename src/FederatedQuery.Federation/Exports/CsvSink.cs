using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Json;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.Federation.Exports;

/// <summary>
/// RFC 4180: a header line, lines end in CR LF, values with a comma, a quote or a line break are quoted. Null is empty, the empty text is <c>""</c>. Values are those of the JSON that
/// the gateway answers; what is nested is JSON.
/// </summary>
internal sealed class CsvSink : IRowSink
{
    private static readonly SearchValues<byte> Quoted = SearchValues.Create(",\"\r\n"u8);

    private readonly DuckDBLogicalType[] _types;
    private readonly PipeWriter _output;
    private byte[] _text = new byte[256];

    /// <inheritdoc cref="NdjsonSink(IReadOnlyList{DuckDBColumn}, PipeWriter)"/>
    public CsvSink(IReadOnlyList<DuckDBColumn> columns, PipeWriter output)
    {
        _types = [.. columns.Select(column => column.Type)];
        _output = output;
        var isFirst = true;
        foreach (var name in DuckDBJsonWriter.UniqueNames(columns))
        {
            Separate(ref isFirst);
            WriteText(Encoding.UTF8.GetBytes(name));
        }

        _output.Write("\r\n"u8);
    }

    public async Task WriteAsync(DataChunk chunk, CancellationToken cancellationToken)
    {
        Write(chunk);
        await _output.FlushAsync(cancellationToken);
    }

    /// <summary>A result without rows has its header all the same.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken) => await _output.FlushAsync(cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Write(DataChunk chunk)
    {
        // One buffer a chunk: cells are written into it one by one, and copied as CSV has them.
        using var cells = new DuckDBJsonCells(_types);
        for (var row = 0; row < chunk.Count; row++)
        {
            var isFirst = true;
            for (var column = 0; column < _types.Length; column++)
            {
                Separate(ref isFirst);
                var start = cells.Length;
                cells.Write(chunk, column, row);
                WriteCell(cells.Slice(start, cells.Length - start).Span);
            }

            _output.Write("\r\n"u8);
        }
    }

    private void Separate(ref bool isFirst)
    {
        if (!isFirst)
        {
            _output.Write(","u8);
        }

        isFirst = false;
    }

    private void WriteCell(ReadOnlySpan<byte> json)
    {
        if (json[0] != (byte)'"')
        {
            if (!json.SequenceEqual("null"u8))
            {
                WriteValue(json);
            }

            return;
        }

        var inner = json[1..^1];
        if (!inner.Contains((byte)'\\'))
        {
            WriteText(inner);
            return;
        }

        if (_text.Length < inner.Length)
        {
            _text = new byte[(int)Math.Min(inner.Length * 2L, Array.MaxLength)];
        }

        var reader = new Utf8JsonReader(json);
        reader.Read();
        WriteText(_text.AsSpan(0, reader.CopyString(_text)));
    }

    private void WriteText(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            _output.Write("\"\""u8);
            return;
        }

        WriteValue(text);
    }

    private void WriteValue(ReadOnlySpan<byte> value)
    {
        if (!value.ContainsAny(Quoted))
        {
            _output.Write(value);
            return;
        }

        _output.Write("\""u8);
        for (int quote; (quote = value.IndexOf((byte)'"')) >= 0; value = value[(quote + 1)..])
        {
            _output.Write(value[..(quote + 1)]);
            _output.Write("\""u8);
        }

        _output.Write(value);
        _output.Write("\""u8);
    }
}
